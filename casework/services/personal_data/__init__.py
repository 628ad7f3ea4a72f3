"""A person's data: handed to them as one archive, and erased as far as the law allows."""
