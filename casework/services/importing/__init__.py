"""Organisations and people from files: read, judged line by line, taken over on a yes."""
