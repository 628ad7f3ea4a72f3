"""The great question to the database about label audits: the case with all that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework.clock import now
from casework.db import constant, constants
from casework.models import Case, Document, Grant, Organisation
from casework.models.label_audit import (
    Appeal,
    AuditPlan,
    AuditReport,
    Cycle,
    Due,
    Evidence,
    FieldEntry,
    Finding,
    Label,
    Membership,
    PinnedModule,
    RecommendedAction,
    Reply,
    Suspension,
)
from casework.models.referential import Referential, ReferentialVersion, Scheme
from casework.workflows.case_facts import (
    asked_column,
    held_column,
    meeting_column,
    sitting_column,
)

BETWEEN, WITHIN = "\x1f", "\x1e"
"""Separate entries, and what belongs to one; control characters stand in no text of ours."""
EVER = datetime(9000, 1, 1, tzinfo=UTC)
A_YEAR = timedelta(days=365)
TODAY = sa.bindparam("today", type_=sa.Date())
NOW = sa.bindparam("now", type_=Grant.starts_at.type)
YEAR_AGO = sa.bindparam("year_ago", type_=Grant.starts_at.type)


def asked(case_ids: Sequence[UUID], today: date) -> dict[str, Any]:
    """Return what the queries ask for."""
    moment = now()
    values = {"today": today, "now": moment, "year_ago": moment - A_YEAR}
    return {"cases": list(case_ids), **values}


def current_version(scheme_id: Any) -> Any:
    """Return the query for the version of a scheme's referential that is published ``now``."""
    return (
        sa.select(ReferentialVersion.id)
        .join(Referential, Referential.id == ReferentialVersion.referential_id)
        .where(
            Referential.scheme_id == scheme_id,
            Referential.base_id.is_(None),
            ReferentialVersion.published_at <= NOW,
            sa.or_(ReferentialVersion.retired_at.is_(None), ReferentialVersion.retired_at > NOW),
        )
        .order_by(ReferentialVersion.published_at.desc(), ReferentialVersion.id.desc())
        .limit(1)
    )


def _named(referential: Any, version: Any) -> Any:
    """Return a version's identifier and its referential's name in the cooperative's language."""
    name = sa.case(
        (Organisation.language == "nl", referential.name_nl),
        (Organisation.language == "en", referential.name_en),
        else_=referential.name_fr,
    )
    return sa.cast(version.id, sa.Text) + WITHIN + name + " " + version.label


def _current_modules() -> Any:
    """Return the modules in force of a case that has pinned none yet, as text.

    Each with the sectors that it applies to and the version of its base that is in force.
    """
    module, version, other = (
        aliased(Referential),
        aliased(ReferentialVersion),
        aliased(ReferentialVersion),
    )
    open_end = sa.or_(other.retired_at.is_(None), other.retired_at > NOW)

    def newest(referential_id: Any) -> Any:
        found = (other.referential_id == referential_id, other.published_at <= NOW, open_end)
        query = sa.select(other.id).where(*found)
        query = query.order_by(other.published_at.desc(), other.id.desc()).limit(1)
        return query.correlate(module).scalar_subquery()

    sectors = sa.cast(module.sectors, sa.Text)
    base = sa.cast(newest(module.base_id), sa.Text)
    entry = _named(module, version) + WITHIN + sectors + WITHIN + base
    return (
        sa.select(sa.func.aggregate_strings(entry, constant(BETWEEN)))
        .select_from(module)
        .join(version, version.id == newest(module.id))
        .where(
            Case.state == "engaged",
            module.scheme_id == Scheme.id,
            module.base_id.is_not(None),
        )
        .correlate(Case, Organisation, Scheme)
        .scalar_subquery()
    )


@cache
def main() -> Any:
    """Return the query over ``cases`` for everything but lines, results and team, ``today``.

    It is built once: that takes longer than asking it.
    """
    base = aliased(Referential)
    previous = aliased(Label, name="previous")
    return (
        sa.select(
            Case.id,
            Case.state,
            Case.previous_state,
            sa.func.coalesce(Organisation.language, "fr").label("language"),
            sa.func.coalesce(Organisation.sector, "other").label("sector"),
            Cycle,
            AuditPlan,
            AuditReport,
            Label,
            previous,
            Scheme,
            ReferentialVersion.label.label("version_label"),
            current_version(Scheme.id)
            .correlate(Scheme)
            .scalar_subquery()
            .label("current_version_id"),
            _current_modules().label("current_modules"),
            *_counts(),
            meeting_column().label("meeting"),
            held_column().label("held"),
            asked_column().label("asked"),
            sitting_column().label("sitting"),
        )
        .join(Cycle, Cycle.case_id == Case.id)
        .join(ReferentialVersion, ReferentialVersion.id == Cycle.version_id)
        .join(base, base.id == ReferentialVersion.referential_id)
        .join(Scheme, Scheme.id == base.scheme_id)
        .outerjoin(Organisation, Organisation.id == Case.organisation_id)
        .outerjoin(AuditPlan, of_case(AuditPlan))
        .outerjoin(AuditReport, of_case(AuditReport))
        .outerjoin(Label, Label.id == _newest_label(Case.id))
        .outerjoin(previous, previous.id == _label_before())
        .where(Case.id.in_(sa.bindparam("cases", expanding=True)))
    )


def of_case(model: Any) -> Any:
    """Return the condition under which a record is of the case, and was not taken away."""
    return sa.and_(model.case_id == Case.id, model.removed_at.is_(None))


def _newest_label(case_id: Any) -> Any:
    other = aliased(Label)
    query = sa.select(other.id).where(other.case_id == case_id)
    return query.order_by(other.created_at.desc()).limit(1).scalar_subquery()


def labels_beside(label: Any, *, later: bool) -> Any:
    """Return the query for the labels of a case's cooperative under its scheme, of other cycles.

    Those of ``later`` cycles, or of earlier ones: also of one that a cycle without a label follows.
    """
    case = aliased(Case)
    return beside(sa.select(label.id).join(case, case.id == label.case_id), case, later=later)


def beside(query: Any, case: Any, *, later: bool) -> Any:
    """Narrow a query over ``case`` to later or earlier cycles of Case's cooperative and scheme."""
    cycle = aliased(Cycle)
    version, base = aliased(ReferentialVersion), aliased(Referential)
    order = case.created_at > Case.created_at if later else case.created_at < Case.created_at
    return (
        query.join(cycle, cycle.case_id == case.id)
        .join(version, version.id == cycle.version_id)
        .join(base, base.id == version.referential_id)
        .where(case.organisation_id == Case.organisation_id, order, base.scheme_id == Scheme.id)
        .correlate(Case, Scheme)
    )


def successors() -> Any:
    """Return the query for the labels that take over from a case's own, or will."""
    label = aliased(Label)
    running = label.state.in_(constants(("pending", "active")))
    return labels_beside(label, later=True).where(running)


def _label_before() -> Any:
    """Return the label that the next one follows: a withdrawn one is followed by none."""
    label = aliased(Label)
    query = labels_beside(label, later=False).where(label.state != "withdrawn")
    return query.order_by(label.ends_on.desc()).limit(1).scalar_subquery()


def _counts() -> list[Any]:
    def number(model: Any, *more: Any) -> Any:
        query = sa.select(sa.func.count()).select_from(model).where(of_case(model), *more)
        return query.correlate(Case, Organisation).scalar_subquery()

    def owed(column: Any, *more: Any) -> Any:
        query = (
            sa.select(column).select_from(Due).join(Membership, Membership.id == Due.membership_id)
        )
        unpaid = (Due.paid_on.is_(None), Due.exempted.is_(False))
        mine = Membership.organisation_id == Case.organisation_id
        return query.where(mine, *unpaid, *more).correlate(Case).scalar_subquery()

    def untranslated(model: Any) -> Any:
        spoken = sa.case(
            (Organisation.language == "nl", model.text_nl),
            (Organisation.language == "en", model.text_en),
            else_=model.text_fr,
        )
        return number(model, spoken == "")

    evidence = sa.select(
        sa.func.aggregate_strings(sa.cast(Evidence.criteria, sa.Text), constant(BETWEEN))
    ).where(of_case(Evidence))
    entry = sa.cast(Document.id, sa.Text) + WITHIN + Document.title
    held = sa.select(sa.func.aggregate_strings(entry, constant(BETWEEN))).where(
        Document.case_id == Case.id,
        Document.withdrawn_at.is_(None),
        Document.house_only.is_(False),
    )
    named, pinned = aliased(Referential), aliased(ReferentialVersion)
    modules = (
        sa.select(sa.func.aggregate_strings(_named(named, pinned), constant(BETWEEN)))
        .select_from(PinnedModule)
        .join(pinned, pinned.id == PinnedModule.version_id)
        .join(named, named.id == pinned.referential_id)
        .where(PinnedModule.case_id == Case.id)
    )
    running = (of_case(Suspension), Suspension.lifted_on.is_(None))
    cause = sa.select(Suspension.cause).where(*running)
    since = sa.select(Suspension.created_at).where(*running)
    # a reply to an earlier draft, before an appeal sent the audit back, is none to this one
    reply = sa.select(Reply.id).where(of_case(Reply), Reply.updated_at >= Case.state_since)
    succeeded = successors()
    appealed = sa.select(Appeal.id).where(
        of_case(Appeal),
        Appeal.outcome.in_(constants(("confirmed", "reversed"))),
        Appeal.decided_on >= Cycle.decided_on,
    )
    disputed = sa.select(sa.func.count()).where(
        FieldEntry.case_id == Case.id,
        FieldEntry.outcome == "conflict",
        FieldEntry.settled_at.is_(None),
    )
    one = {
        "cause": cause,
        "suspended_at": since,
        "replied": reply,
        "succeeded": succeeded,
        "appealed": appealed,
    }
    return [
        evidence.correlate(Case).scalar_subquery().label("evidence"),
        modules.correlate(Case, Organisation).scalar_subquery().label("modules"),
        held.correlate(Case).scalar_subquery().label("titles"),
        *(
            q.correlate(Case, Cycle, Scheme).limit(1).scalar_subquery().label(name)
            for name, q in one.items()
        ),
        disputed.correlate(Case).scalar_subquery().label("conflicts"),
        number(Finding, Finding.kind == "good_practice").label("good_practices"),
        number(RecommendedAction).label("recommendations"),
        number(RecommendedAction, RecommendedAction.outcome != "closed").label(
            "recommendations_open"
        ),
        untranslated(Finding).label("findings_untranslated"),
        untranslated(RecommendedAction).label("recommendations_untranslated"),
        owed(sa.func.count(), Due.due_on < TODAY).label("dues_unpaid"),
        owed(sa.func.min(Due.due_on)).label("dues_due_on"),
    ]
