"""The words of a message, in the reader's language and on the reader's side of the house.

Words are made when a mail leaves and each time the inbox is read, and always through the policy:
who may no longer see a case reads nothing of it, and a mail about a restricted case names its
number only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import shorten

import structlog
from flask import current_app

from casework import policy
from casework.extensions import settings
from casework.models import Case, Message
from casework.roles import AUDIENCE_LABELS, Audience
from casework.services.background_kinds import KINDS as BACKGROUND
from casework.services.outbox import absence_words, committees, dates, label_words, reminders
from casework.services.outbox.material import Material
from casework.services.outbox.tongue import gettext, ngettext, spoken
from casework.workflows import registry
from casework.workflows.declaration import Party

log = structlog.get_logger(__name__)

PLACES = ("title", "reference", "organisation", "state", "due", "days", "actor", "link")
"""What the declared words of a notice may name, as ``%(title)s``."""

NOTE_LENGTH = 400  # characters of a note that a message repeats

_WAITS_FOR = {
    "office": {Party.US, Party.BOTH, Party.COMMITTEE},
    "portal": {Party.PARTNER, Party.BOTH},
}


class WordsError(Exception):
    """The declared words of a message cannot be found, or need a value that is not there."""


@dataclass(frozen=True)
class Words:
    """A message as one reader reads it; ``path`` is the page it leads to, without the host.

    ``due`` is a civil date in words, where the reader must act and the line does not say it.
    ``hidden`` tells that the reader may not see the case (any more). ``went_to`` is who got it
    while the reader was away. ``button`` is what the link of the mail is called, if not that it
    opens the case.
    """

    subject: str
    line: str
    path: str | None = None
    due: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    went_to: str | None = None
    button: str | None = None


@dataclass(frozen=True)
class Reader:
    """For whom words are made: their grants, their language, and the moment they read at."""

    actor: policy.Actor
    language: str
    at: datetime


def in_mail(message: Message, reader: Reader, material: Material) -> Words:
    """Return the words for a mail: of a restricted case nothing but its number.

    Raises WordsError.
    """
    case = material.case_of(message)
    with spoken(reader.language):
        if case is not None and not policy.may_see(reader.actor, case):
            return _hidden()
        if case is not None and case.restricted:
            return _passed_on(_confidential(case), message, material)
        return _passed_on(_open(message, reader, case, material), message, material)


def in_inbox(message: Message, reader: Reader, material: Material) -> Words:
    """Return the words for the inbox; they speak as of the moment when the message was written."""
    case = material.case_of(message)
    then = Reader(reader.actor, reader.language, message.created_at)
    with spoken(reader.language):
        if case is not None and not policy.may_see(reader.actor, case):
            return _hidden()
        try:
            words = _open(message, then, case, material)
        except WordsError as error:
            log.warning("message.words_missing", message=str(message.id), error=str(error))
            words = _news(case)
        return _passed_on(words, message, material)


def path_of(endpoint: str, **values: str) -> str:
    """Return the address of a page without the host; works outside of a request too."""
    return current_app.url_map.bind("").build(endpoint, values)


def _passed_on(words: Words, message: Message, material: Material) -> Words:
    """Say for whom the reader stands in, and who stood in for the reader."""
    if (person := material.person_of(message, "instead_of")) is not None:
        subject = gettext("%(subject)s (for %(name)s)", subject=words.subject, name=person)
        details = (*words.details, (gettext("Instead of"), person))
        return replace(words, subject=subject, details=details)
    return replace(words, went_to=material.person_of(message, "went_to"))


def _hidden() -> Words:
    return Words(
        gettext("A case that you can no longer open"),
        gettext("You have no access to this case any more."),
        hidden=True,
    )


def _confidential(case: Case) -> Words:
    return Words(
        gettext("A confidential case (%(reference)s)", reference=case.reference),
        gettext(
            "There is news about a confidential case, %(reference)s. Sign in to read it.",
            reference=case.reference,
        ),
        _case_path(case),
    )


def _news(case: Case | None) -> Words:
    if case is None:
        return Words(gettext("News"), gettext("There is news for you."))
    return Words(
        gettext("News about %(reference)s", reference=case.reference),
        gettext("There is news about “%(title)s”.", title=case.title),
        _case_path(case),
    )


def _open(message: Message, reader: Reader, case: Case | None, material: Material) -> Words:
    kind = message.template.partition("/")[0]
    try:
        return _MAKERS[kind](message, reader, case, material)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise WordsError(f"{message.template}: {error!r}") from error


def _notice(message: Message, reader: Reader, case: Case | None, material: Material) -> Words:
    """Return the words of a transition's notice, as its workflow declares them."""
    known = _needed(case)
    _, name, index = message.template.split("/")
    workflow = registry.get(known.workflow_key, known.workflow_version)
    notice = workflow.transition_by_name[name].notices[int(index)]
    return _declared(notice.subject, notice.line, message, reader, known, material)


def _given(message: Message, reader: Reader, case: Case | None, material: Material) -> Words:
    """Return the words of a notice that an effect gave."""
    subject, line = message.params["subject"], message.params["line"]
    if case is None:
        return Words(_one_line(gettext(subject)), gettext(line))
    return _declared(subject, line, message, reader, case, material)


def _note(message: Message, reader: Reader, case: Case | None, material: Material) -> Words:
    """Return what a note says now, to those of its audience; of a long one the beginning."""
    known, happening = _needed(case), material.happening_of(message)
    if happening is None or happening.note is None:
        raise LookupError("the message names no note")
    line = happening.note
    if line.note.audience not in policy.audiences_of(policy.roles_on(reader.actor, known)):
        return _hidden()
    subject = gettext("A note of %(name)s: “%(title)s”", name=line.author, title=known.title)
    said = gettext("The note was withdrawn.")
    if line.text is not None:
        text = shorten(line.text, NOTE_LENGTH, placeholder=" …")
        said = gettext("%(name)s wrote: “%(words)s”", name=line.author, words=text)
    path = path_of("notes.index", reference=known.reference)
    audience = (gettext("Who reads it?"), gettext(AUDIENCE_LABELS[Audience(line.note.audience)]))
    return Words(_one_line(subject), said, path, details=(*_details(known), audience))


def _reminder(message: Message, reader: Reader, case: Case | None, _material: Material) -> Words:
    known = _needed(case)
    rule_key = message.template.split("/")[1]
    workflow = registry.get(known.workflow_key, known.workflow_version)
    subject, line = reminders.words(
        workflow.deadline_by_key[rule_key],
        own_label=str(message.params.get("label") or ""),
        due=datetime.fromisoformat(message.params["due"]),
        at=reader.at,
        escalates=message.kind == "escalation",
        zone=settings().zone,
        language=reader.language,
    )
    return Words(
        _one_line(f"{subject} · {known.title}"), line, _case_path(known), details=_details(known)
    )


def _declared(
    subject: str, line: str, message: Message, reader: Reader, case: Case, material: Material
) -> Words:
    side = policy.side_of(policy.roles_on(reader.actor, case))
    happening = material.happening_of(message)
    state_key = (happening.to_state if happening else None) or case.state
    state = registry.get(case.workflow_key, case.workflow_version).state_by_key[state_key]
    due = dates.moment(message.params.get("due" if side == "office" else "partner_due"))
    due_text = dates.civil(due, settings().zone, reader.language) if due else ""
    values = {
        **message.params,
        "title": case.title,
        "reference": case.reference,
        "organisation": case.organisation.name if case.organisation else "",
        "state": gettext(state.label if side == "office" else state.public_label),
        "due": due_text,
        "days": dates.days_between(reader.at, due, settings().zone) if due else "",
        "actor": (happening.actor if happening else None) or settings().house_name,
        "link": settings().base_url + _case_path(case),
    }
    says_due = "%(due)s" in line
    to_come = due is not None and due >= message.created_at  # else nothing can be done by then
    must_act = state.waits_for in _WAITS_FOR[side]
    return Words(
        _one_line(gettext(subject) % values),
        gettext(line) % values,
        _case_path(case),
        due_text if to_come and must_act and not says_due else None,
        _details(case),
    )


def _details(case: Case) -> tuple[tuple[str, str], ...]:
    lines = [(gettext("Case"), f"{case.reference} · {case.title}")]
    if case.organisation:
        lines.append((gettext("Organisation"), case.organisation.name))
    return tuple(lines)


def _needed(case: Case | None) -> Case:
    if case is None:
        raise LookupError("the message names no case")
    return case


def _case_path(case: Case) -> str:
    return path_of("cases.show", reference=case.reference)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _work(message: Message, _reader: Reader, _case: Case | None, _material: Material) -> Words:
    """Return the words that long work has ended; its page says the rest."""
    label = gettext(BACKGROUND[message.template.partition("/")[2]].label)
    ended = {
        "done": gettext("%(work)s: done", work=label),
        "failed": gettext("%(work)s: it could not be done", work=label),
    }
    return Words(
        ended[message.params["state"]],
        gettext("The work that you asked for has ended. Its page holds the result."),
        path_of("background.show", work_id=message.params["work_id"]),
    )


def _committee(message: Message, reader: Reader, _case: Case | None, _material: Material) -> Words:
    """Return the words about a meeting, a mandate or a report; nothing of a case is in them."""
    what = message.template.partition("/")[2]
    subject, line = committees.words(what, message.params, reader.language, settings().zone)
    if what in {"mandate", "annual_report"}:
        path = path_of("committees.show", committee_id=message.params["committee_id"])
    else:
        path = path_of("meetings.show", meeting_number=message.params["number"])
    return Words(_one_line(subject), line, path)


def _hand_over(message: Message, reader: Reader, _case: Case | None, _mat: Material) -> Words:
    """Return the words that somebody's cases are the reader's now."""
    number, name = int(message.params["number"]), message.params["name"]
    subject = ngettext(
        "%(num)d case of %(name)s is yours now",
        "%(num)d cases of %(name)s are yours now",
        number,
        name=name,
    )
    line = gettext("Look through them: they are in your list, and their deadlines on your desk.")
    # a coach is in charge of no case, and sees those they coach and no other
    chosen = {} if message.params.get("as") else {"owner": message.params["user_id"]}
    path = path_of("cases.index", **chosen)
    return Words(subject, line, path, button=gettext("See my cases"))


def _absence(message: Message, reader: Reader, _case: Case | None, _material: Material) -> Words:
    """Return the words that somebody is away and another stands in for them."""
    notice = message.template.partition("/")[2]
    subject, line = absence_words.words(notice, message.params, reader.language)
    if notice != "person":
        return Words(subject, line)
    path = path_of("absences.index", person_id=message.params["person_id"])
    return Words(subject, line, path, button=gettext("Open my account"))


def _label(message: Message, reader: Reader, _case: Case | None, _material: Material) -> Words:
    """Return the words about members and auditors; the office's lead to their pages."""
    what = message.template.partition("/")[2]
    subject, line = label_words.words(what, message.params, reader.language)
    paths = {
        "overdue": lambda: path_of("label_network.members", audit="overdue"),
        "certificate": lambda: path_of("label_network.auditors"),
        "dues": lambda: path_of(
            "label_network.member", membership_id=message.params["membership_id"]
        ),
    }
    path = paths[what]() if what in paths else None
    return Words(_one_line(subject), line, path, button=gettext("Open the page"))


_Maker = Callable[[Message, Reader, Case | None, Material], Words]
_MAKERS: dict[str, _Maker] = {
    "transition": _notice,
    "note": _note,
    "words": _given,
    "reminder": _reminder,
    "work": _work,
    "committee": _committee,
    "absence": _absence,
    "hand_over": _hand_over,
    "label": _label,
}
