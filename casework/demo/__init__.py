"""Demonstration data: invented people and their cases, made by the real services.

Every act is played at its own moment, so that events, deadlines, reminders and messages are what
they would be had it all happened. What was added once is never added again; a loading that was
cut off is taken up where it ended.
"""

from casework.demo.loading import load
from casework.demo.people import PASSWORD

__all__ = ["PASSWORD", "load"]
