"""The security log: who did what about whom, around signing in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from casework.clock import now
from casework.extensions import db
from casework.i18n import N_
from casework.models import SecurityEvent

KINDS: dict[str, str] = {
    "signed_in": N_("Signed in"),
    "sign_in_refused": N_("Sign-in refused: wrong password"),
    "code_refused": N_("Sign-in refused: wrong code"),
    "too_many_attempts": N_("Too many attempts, paused"),
    "signed_out": N_("Signed out"),
    "session_ended": N_("A session was ended"),
    "sessions_ended": N_("Sessions were ended"),
    "link_sent": N_("A link to sign in was asked for"),
    "reset_asked": N_("A new password was asked for"),
    "password_changed": N_("The password was changed"),
    "password_reset": N_("A new password was chosen by mailed link"),
    "password_given": N_("A password was set from the command line"),
    "second_factor_on": N_("The second step was set up"),
    "second_factor_off": N_("The second step was switched off"),
    "second_factor_reset": N_("The second step was reset by an administrator"),
    "recovery_code_used": N_("A recovery code was used"),
    "recovery_codes_made": N_("New recovery codes were made"),
    "address_asked": N_("Another e-mail address was asked for"),
    "address_changed": N_("The e-mail address was changed"),
    "address_bounced": N_("Mails to the address were said to come back"),
    "address_reachable": N_("Mails to the address were said to arrive again"),
    "invited": N_("An invitation was sent"),
    "invitation_withdrawn": N_("An invitation was withdrawn"),
    "role_given": N_("A role was given"),
    "role_ended": N_("A role was ended"),
    "account_closed": N_("The account was closed"),
    "handed_over": N_("Everything was handed over"),
    "closing_called_off": N_("The closing of the account was called off"),
    "account_opened": N_("The account was opened again"),
    "joined": N_("An invitation was accepted"),
    "erasure_asked": N_("Erasure of the data was asked for"),
    "erasure_withdrawn": N_("The wish for erasure was taken back"),
    "erased": N_("The data were erased"),
    "guest_invited": N_("Invited as a guest of one case"),
    "guest_revoked": N_("The visit to one case was ended"),
}
"""Every kind of event, with the words for it."""


def note(kind: str, about: UUID | None = None, *, actor: UUID | None = None, **params: Any) -> None:
    """Write an event in the caller's transaction. ``params`` are plain values of ours.

    Raises ValueError for a kind that has no words.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is no kind of security event")
    row = SecurityEvent(at=now(), kind=kind, about_id=about, actor_id=actor, params=params)
    db.session.add(row)
