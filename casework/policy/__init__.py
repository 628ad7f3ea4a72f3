"""Who may see and do what: the one place that knows.

A person's rights come from grants (:class:`casework.models.grant.Grant`). Every list, search,
export, message and download asks :func:`visible_to`; every page and every move asks
:func:`roles_on`. A denial (recusal) beats every grant; a restricted case is seen only by those
who hold a grant on that very case.
"""

from casework.policy.actors import SYSTEM, Actor, Held, actor_of, actors_of, in_force
from casework.policy.holders import Holder, holders
from casework.policy.pages import (
    Rule,
    administrator,
    anyone,
    committee,
    founder,
    keeper,
    lead,
    partner,
    rules,
    signed_in,
    staff,
)
from casework.policy.sight import (
    acts_known_to,
    audiences_of,
    may_assign,
    may_be_in_charge,
    may_change,
    may_edit,
    may_enter_absence,
    may_hand_over,
    may_keep,
    may_read,
    may_see,
    may_start,
    roles_on,
    sees_house,
    sees_no_less,
    side_of,
    visible_to,
)
from casework.policy.views import may_change_view, may_open_view, may_share_views

__all__ = [
    "SYSTEM",
    "Actor",
    "Held",
    "Holder",
    "Rule",
    "actor_of",
    "actors_of",
    "acts_known_to",
    "administrator",
    "anyone",
    "audiences_of",
    "committee",
    "founder",
    "holders",
    "in_force",
    "keeper",
    "lead",
    "may_assign",
    "may_be_in_charge",
    "may_change",
    "may_change_view",
    "may_edit",
    "may_enter_absence",
    "may_hand_over",
    "may_keep",
    "may_open_view",
    "may_read",
    "may_see",
    "may_share_views",
    "may_start",
    "partner",
    "roles_on",
    "rules",
    "sees_house",
    "sees_no_less",
    "side_of",
    "signed_in",
    "staff",
    "visible_to",
]
