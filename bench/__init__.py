"""``make bench``: what the house costs at 1,000, 20,000 and 100,000 cases, on both databases."""
