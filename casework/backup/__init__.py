"""A copy of everything that cannot be made again, and the way back from it.

A backup is a folder: the database as it was at one moment, the bytes of every document that the
database names, a manifest, and ``SHA256SUMS`` over all of it. Redis is not in it: what must happen
is a row.
"""
