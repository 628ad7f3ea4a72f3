"""Signing in: passwords, mailed links, second factors, sessions, and the log of all of it."""
