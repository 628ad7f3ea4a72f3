"""Committees: seats and offices, meetings and agendas, interests, votes, decisions, minutes.

Nothing here knows a workflow: what may be decided is read from its declared agenda, and a
decision is carried out by ``cases.fire``. Locks: cases first, in the order of their ids, then the
meeting (or the committee). Nothing here commits.
"""
