"""What a restricted case keeps apart: its key, who brought it, and who may see it."""
