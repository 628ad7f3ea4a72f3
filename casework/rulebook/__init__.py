"""The words a rulebook is written in, a room an idea; workflows.declaration has all of them."""
