"""The first draft of minutes: sentences made from what the meeting's rows say.

Of a restricted case the draft has the number and what was decided, and no word of its content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, settings
from casework.i18n import written_day, written_time
from casework.models import Case, Decision, Meeting, MeetingItem, Poll
from casework.queries.committees import lists, room
from casework.queries.committees.room import Room
from casework.services import cases
from casework.services.committees.common import names_of
from casework.services.outbox.tongue import gettext as _
from casework.workflows.declaration import POSTPONEMENTS


def text_of(meeting: Meeting, language: str) -> str:
    """Return the draft as plain text: headings begin with ``#``, an empty line ends a paragraph."""
    seen = room.load(meeting, now())
    head = [
        "# " + _("Minutes of meeting %(number)s", number=meeting.number),
        f"{seen.committee.name(language)} · {_when(meeting, language)}",
        *_attendance(seen),
    ]
    return "\n\n".join([*head, *_items(meeting, seen, language)]) + "\n"


def _when(meeting: Meeting, language: str) -> str:
    zone = settings().zone
    day = written_day(meeting.starts_at.astimezone(zone).date(), "full", language)
    begun = _clock(meeting.opened_at or meeting.starts_at, language)
    ended = _clock(meeting.closed_at or meeting.ends_at, language)
    place = f" · {meeting.place}" if meeting.place else ""
    return f"{day}, {begun} – {ended}{place}"


def _clock(at: datetime, language: str) -> str:
    return written_time(at.astimezone(settings().zone).time(), language)


def _attendance(seen: Room) -> list[str]:
    by: dict[str, list[str]] = defaultdict(list)
    for person in seen.people:
        presence = person.presence or "absent"
        name = person.name
        if presence == "proxy" and person.proxy_id in seen.by_id:
            name = _("%(name)s by %(proxy)s", name=name, proxy=seen.by_id[person.proxy_id].name)
        if presence == "absent" and person.announced == "no":
            presence = "excused"
        by[presence].append(name)
    labels = {
        "present": _("Present"),
        "remote": _("Present from afar"),
        "proxy": _("Represented"),
        "excused": _("Excused"),
        "absent": _("Absent"),
    }
    lines = [f"{label}: {', '.join(by[key])}." for key, label in labels.items() if by[key]]
    presiding = seen.by_id.get(seen.meeting.presiding_id) if seen.meeting.presiding_id else None
    if presiding is not None:
        lines.append(_("Led by %(name)s.", name=presiding.name))
    return ["\n".join([*lines, _quorum(seen)])]


def _quorum(seen: Room) -> str:
    found = seen.quorum()
    said = _("Quorum: %(present)s of %(base)s seats that vote take part, %(needed)s are needed.")
    return said % {"present": found.present, "base": found.base, "needed": found.needed}


def _items(meeting: Meeting, seen: Room, language: str) -> Iterable[str]:
    rows = db.session.execute(
        sa.select(MeetingItem, Case, Decision)
        .outerjoin(Case, Case.id == MeetingItem.case_id)
        .outerjoin(Decision, Decision.item_id == MeetingItem.id)
        .where(MeetingItem.meeting_id == meeting.id, MeetingItem.state != "removed")
        .order_by(MeetingItem.position, MeetingItem.id)
    ).all()
    polls = _polls([row[0].id for row in rows])
    out = names_of({who for denied in seen.denied.values() for who in denied})
    for number, row in enumerate(rows, start=1):
        item: MeetingItem = row[0]
        case: Case | None = row[1]
        decision: Decision | None = row[2]
        lines = [f"## {number}. {_title(item, case)}"]
        recused = sorted(out[who] for who in seen.recused(item.case_id) if who in out)
        if recused:
            lines.append(_("Recused: %(names)s.", names=", ".join(recused)))
        lines += [_poll(poll, case, seen) for poll in polls[item.id]] if case is not None else []
        lines.append(_ended(item, case, decision, seen))
        if decision is not None and case is not None and not case.restricted:
            lines += _grounds(case, decision, seen, language)
        yield "\n\n".join(lines)


def _title(item: MeetingItem, case: Case | None) -> str:
    if case is None:
        return item.subject
    return case.reference if case.restricted else f"{case.reference} – {case.title}"


def _poll(poll: Poll, case: Case, seen: Room) -> str:
    said = {
        "verdict": _verdict(case, poll.verdict, seen),
        "yes": poll.yes,
        "no": poll.no,
        "abstain": poll.abstain,
    }
    if poll.carried is None:
        return _("Vote on “%(verdict)s”: it does not count.", **said)
    text = (
        _("Secret vote on “%(verdict)s”: %(yes)s yes, %(no)s no, %(abstain)s abstentions.", **said)
        if poll.secret
        else _("Vote on “%(verdict)s”: %(yes)s yes, %(no)s no, %(abstain)s abstentions.", **said)
    )
    return f"{text} {_('Carried.') if poll.carried else _('Not carried.')}"


def _ended(item: MeetingItem, case: Case | None, decision: Decision | None, seen: Room) -> str:
    if decision is not None and case is not None:
        verdict = _verdict(case, decision.verdict, seen)
        if decision.method == "consensus":
            return _("Decided by consensus: %(verdict)s.", verdict=verdict)
        return _("Decided by vote: %(verdict)s.", verdict=verdict)
    if item.state == "postponed":
        said = _("Put off: %(reason)s.", reason=_reason(item, case))
        return said if case is not None and case.restricted else f"{said} {item.note}".strip()
    return item.note or _("Noted.")


def _grounds(case: Case, decision: Decision, seen: Room, language: str) -> Iterable[str]:
    """Yield the committee's reasons, and what its decision rests on; each is one paragraph."""
    workflow, kind = cases.workflow_of(case), seen.committee.kind
    said, verdict = lists.remembered(decision), workflow.verdicts_of(kind).get(decision.verdict)
    motive = (said.get("data") or {}).get(verdict.motive) if verdict is not None else None
    if motive:
        yield _("Reasons: %(motive)s", motive=" ".join(str(motive).split()))
    for agenda in workflow.agendas:
        if agenda.kind == kind and agenda.minuted is not None:
            for reason in agenda.minuted(said, language):
                yield _(reason.message, **reason.params)


def _verdict(case: Case, key: str, seen: Room) -> str:
    verdict = cases.workflow_of(case).verdicts_of(seen.committee.kind).get(key)
    return _(verdict.label) if verdict is not None else key


def _reason(item: MeetingItem, case: Case | None) -> str:
    agendas = cases.workflow_of(case).agendas if case is not None else ()
    known = [p for agenda in agendas for p in agenda.postponements] or POSTPONEMENTS
    labels = {p.key: p.label for p in known}
    return _(labels.get(item.postponed_reason, item.postponed_reason))


def _polls(item_ids: list[UUID]) -> dict[UUID, list[Poll]]:
    found: dict[UUID, list[Poll]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(Poll).where(Poll.item_id.in_(item_ids)).order_by(Poll.opened_at, Poll.id)
    )
    for poll in rows:
        found[poll.item_id].append(poll)
    return found
