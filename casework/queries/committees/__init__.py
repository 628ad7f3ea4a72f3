"""What pages and services read of committees."""
