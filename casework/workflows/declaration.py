"""The words a rulebook is written in: states, transitions, guards, deadlines, reminders.

Plain frozen data, no behaviour beyond asking a guard. A workflow's ``definition.py`` is made of
these and of nothing else; :mod:`casework.workflows.engine` gives them life. All texts are English
and marked with ``N_``; whoever shows them translates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from casework.calendar import Length, Offset
from casework.i18n import N_
from casework.roles import Role

if TYPE_CHECKING:
    from wtforms import Form

    from casework.workflows.required_documents import HeldDocuments


class Party(StrEnum):
    """Who must act next."""

    US = "us"
    PARTNER = "partner"
    BOTH = "both"
    COMMITTEE = "committee"
    NOBODY = "nobody"


class Tone(StrEnum):
    """What a status means; templates give each tone its colour and its shape."""

    NEUTRAL = "neutral"
    INFO = "info"
    WAIT = "wait"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Stage:
    """One of the few great steps that everyone speaks of."""

    key: str
    label: str


@dataclass(frozen=True)
class State:
    """A state: what the house reads (``label``), what the partner reads (``public_label``)."""

    key: str
    label: str
    public_label: str
    stage: str
    waits_for: Party
    tone: Tone = Tone.NEUTRAL
    final: bool = False


@dataclass(frozen=True)
class Reason:
    """Why something is refused, or what speaks against it.

    ``message`` is an English text with named places (``%(amount)s``), ``params`` the values for
    them, ``section`` the key of the page where the reader can do something about it: one of the
    workflow's sections, or ``documents``.
    """

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    section: str | None = None


class Label(str):
    """A text that is to be translated itself, as a value within another text."""

    __slots__ = ()


@dataclass(frozen=True)
class Money:
    """An amount in integer cents with its currency; shown in the reader's format."""

    cents: int
    currency: str = "EUR"


class Facts(Protocol):
    """What guards and labels look at; each workflow's ``facts.py`` has a frozen class of it.

    ``previous_state`` is the state from which the present one was entered.
    """

    @property
    def state(self) -> str:
        """Where the case stands."""

    @property
    def documents(self) -> HeldDocuments:
        """Which kinds of document it holds."""

    @property
    def previous_state(self) -> str | None:
        """Where it stood before."""


@dataclass(frozen=True)
class Question:
    """What a guard is asked: may this move be made, on these facts, by somebody in these roles?

    ``data`` is the filled-in form, or None while nothing has been filled in yet: a guard on the
    form's content then stays silent. ``waived`` names the warnings already overridden, and
    ``decided`` tells that a committee has decided on the move.
    """

    facts: Any
    now: datetime
    roles: frozenset[Role] = frozenset()
    data: Mapping[str, Any] | None = None
    waived: frozenset[str] = frozenset()
    decided: bool = False


@dataclass(frozen=True)
class Guard:
    """A condition of a move: ``check`` yields every reason against it, or nothing.

    A guard with ``overridable_by`` only warns: people in those roles may go on with a written
    reason, or waive it for others; everybody else is refused. Without it, it blocks. ``reads``
    names the form fields that the guard looks at.
    """

    name: str
    check: Callable[[Question], Iterable[Reason]]
    overridable_by: frozenset[Role] = frozenset()
    reads: tuple[str, ...] = ()

    @property
    def warns(self) -> bool:
        """Whether somebody may override this guard."""
        return bool(self.overridable_by)

    def reasons(self, question: Question) -> tuple[Reason, ...]:
        """Return all reasons that this guard has against the move."""
        return tuple(self.check(question))


@dataclass(frozen=True)
class Approvals:
    """Who must say yes before the move is made: so many distinct people in each role.

    ``notice`` goes out when one has said yes and others have not: to those of its roles whose yes
    is still missing.
    """

    needed: tuple[tuple[Role, int], ...]
    notice: Notice | None = None


@dataclass(frozen=True)
class Previous:
    """The destination "back to where it came from", limited to a declared list of states."""

    allowed: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """Whom a move tells at once, and in which words (``%(title)s``, ``%(organisation)s`` …)."""

    to: tuple[Role, ...]
    subject: str
    line: str
    kind: str = "case_moved"
    compulsory: bool = False


class Move(Protocol):
    """What an effect gets: the case, the facts, the form data, and ways to change rows.

    Everything happens in the transaction of the move; nothing is sent, nothing is committed.
    """

    @property
    def case(self) -> Any:
        """The case that moves, or of which a record is saved."""

    @property
    def facts(self) -> Any:
        """The facts as they were before the move."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The values of the form."""

    @property
    def actor_id(self) -> UUID | None:
        """Whoever makes the move; None for the system."""

    @property
    def now(self) -> datetime:
        """The moment of the move."""

    def add(self, row: Any) -> None:
        """Add a row to the database."""

    def rows(self, model: type[Any], **equal: Any) -> list[Any]:
        """Return the case's rows of ``model`` whose attributes equal the given values."""

    def name_of(self, role: Role) -> str:
        """Return who holds a role on the case, the first by name; empty: nobody."""

    def grant(self, user_id: UUID, role: Role) -> None:
        """Give a person a role on this case, taking it from whoever held it."""

    def next_number(self, series: str) -> int:
        """Return the next number of a series (1, 2, …), without gaps."""

    def admit(self, user_id: UUID, role: Role) -> None:
        """Let one more person onto the case, beside those who hold the role: an event too."""

    def dismiss(self, user_id: UUID) -> None:
        """End whatever a person holds on the case: an event too."""

    def schedule(
        self,
        rule: str,
        due: datetime | date | None = None,
        *,
        subject: Any = None,
        label: str = "",
    ) -> None:
        """Open the deadline ``rule`` on the case, or on ``subject`` (a row with an ``id``)."""

    def settle(self, rule: str, *, subject: Any = None, cancel: bool = False) -> None:
        """Close the running deadline ``rule`` as met (or cancelled)."""

    def notify(self, notice: Notice) -> None:
        """Tell the notice's roles what has happened."""

    def remember(self, **values: Any) -> None:
        """Write values into the event's payload, for the timeline."""


Effect = Callable[[Move], None]


@dataclass(frozen=True)
class Tell:
    """An effect that only tells somebody, when ``when`` says that there is something to tell."""

    notice: Notice
    when: Callable[[Move], bool]

    def __call__(self, move: Move) -> None:
        """Give the notice, or nothing."""
        if self.when(move):
            move.notify(self.notice)


@dataclass(frozen=True)
class Transition:
    """A move: from which states to which, who may make it, under which conditions.

    Without ``sources`` it starts a new case; as ``system`` for somebody without an account.
    ``done`` is what the timeline says of it ("Idea submitted"). Other ``system`` transitions are
    fired by a deadline and by nobody else, unless ``roles`` are named too. ``abandons`` cancels the
    running deadlines instead of settling them.
    """

    name: str
    label: str
    done: str
    sources: tuple[str, ...]
    to: str | Previous
    roles: frozenset[Role] = frozenset()
    form: type[Form] | None = None
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    notices: tuple[Notice, ...] = ()
    approvals: Approvals | None = None
    system: bool = False
    abandons: bool = False
    primary: bool = False
    hint: str = ""


@dataclass(frozen=True)
class ReminderRule:
    """One reminder of a deadline: when, relative to the due date, and to which role."""

    offset: Offset
    to: Role
    escalates: bool = False

    @property
    def key(self) -> str:
        """Return the text under which the reminder is stored and configured."""
        return str(self.offset)


@dataclass(frozen=True)
class DeadlineRule:
    """A deadline.

    It runs in ``states`` (opened on entering one, settled on leaving them); its clock stops in
    ``stops_in``. Without ``states`` it is scheduled by an effect or a record, and ends with the
    case, but for the final states in which it ``outlasts`` the case. The due date is
    ``length`` after the start, or the date that ``date_fact`` names in the facts; a length that is
    set elsewhere (with a scheme, say) is the one that ``length_fact`` names there. ``every``
    opens the next occurrence when one is met. ``met_by`` names acts that meet it without a move:
    a section key whose records count as done (:class:`Section`). ``fires`` names the system
    transition that is made when it is due; it waits until the last warning has been out for
    ``notice_days`` days. One that ``lapses`` is the last day of a right that nobody need use: past
    its end it is closed without a trace, and never overdue. ``asks`` is what a reminder asks for,
    in its first line.
    """

    key: str
    label: str
    owner: Role
    asks: str
    states: tuple[str, ...] = ()
    length: Length | None = None
    date_fact: str | None = None
    length_fact: str | None = None
    stops_in: tuple[str, ...] = ()
    outlasts: tuple[str, ...] = ()
    every: bool = False
    met_by: tuple[str, ...] = ()
    reminders: tuple[ReminderRule, ...] = ()
    fires: str | None = None
    notice_days: int = 0
    lapses: bool = False
    public: bool = True


@dataclass(frozen=True)
class Listed:
    """A value of a record that lists of cases may show in a column of its own."""

    attribute: str
    label: str


@dataclass(frozen=True)
class Section:
    """The pages of one kind of record of a case: its form, its list, who may write it when.

    ``model`` is a class of rows with ``id``, ``case_id``, ``position`` and ``removed_at``;
    ``single`` records exist once a case. ``columns`` are the attributes shown in the list.
    ``edit_roles`` may write in ``edit_states``. ``counts`` tells whether guards look at these
    records (then a change raises the case's version and voids approvals given before).
    ``on_save`` runs in the same transaction, like an effect, with the saved row in ``data``.
    ``house_only`` hides the section from partners, ``hidden_in`` only while the case stands in one
    of these states. ``shown_in`` is a form whose fields name what is shown of a record, where that
    is more than its own form asks. ``own`` says of a record whether people in these roles may
    change it or take it away; without it, all who may write the section may. By the words of the
    attributes ``searched`` the case is found, and lists may show what a single record says in
    those of ``listed``: both only where everybody on the case reads the section.
    A section with ``guests`` is shown to guests in these roles and to nobody else (other people
    have a section of their own over the same records); with ``one_a_guest`` each guest is invited
    about one record of it, and sees that one alone.
    """

    key: str
    label: str
    intro: str
    model: Any
    form: type[Form]
    columns: tuple[str, ...]
    edit_roles: frozenset[Role]
    edit_states: tuple[str, ...]
    single: bool = False
    counts: bool = True
    house_only: bool = False
    hidden_in: tuple[str, ...] = ()
    may_add: bool = True
    may_remove: bool = True
    on_save: tuple[Effect, ...] = ()
    shown_from: tuple[str, ...] = ()
    shown_in: type[Form] | None = None
    own: Callable[[Any, frozenset[Role]], bool] | None = None
    add_label: str = N_("Add")
    searched: tuple[str, ...] = ()
    listed: tuple[Listed, ...] = ()
    guests: frozenset[Role] = frozenset()
    one_a_guest: bool = False


@dataclass(frozen=True)
class Verdict:
    """One way in which a committee may decide on a case, and the move that this makes.

    The form of the ``transition`` is what the committee fills in: ``motive`` names the field with
    its reasons, ``conditions`` the one that lists its conditions. A transition without roles is
    made by a committee's decision only; those who have a role for it decide in a house where no
    committee of this kind sits.
    """

    key: str
    label: str
    transition: str
    motive: str = "motive"
    conditions: str | None = None


@dataclass(frozen=True)
class Postponement:
    """A reason for which a committee puts a case off, and the move that this makes, if any.

    Without a ``transition`` the case stays where it is and comes back to the next meeting. The
    transition's form may ask for a ``reason``: what was written is handed to it.
    """

    key: str
    label: str
    transition: str | None = None


QUORUM = "quorum"
POSTPONEMENTS: tuple[Postponement, ...] = (
    Postponement("lack_of_time", N_("Lack of time")),
    Postponement("information_missing", N_("Information is missing")),
    Postponement(QUORUM, N_("The quorum was not reached")),
    Postponement("other", N_("Another reason")),
)


@dataclass(frozen=True)
class Agenda:
    """When a committee of one kind may take a case up, and what each of its decisions does.

    The committee knows nothing else of the workflow, and the workflow nothing of the committee.
    A case that stands in one of ``states`` is ready for a meeting. Of ``verdicts``, those are
    offered whose move starts where the case stands. Where such a move has roles as well, the
    workflow's facts know ``committees``: the kinds of committee that sit in this house.
    ``report_month`` is the month by whose end a new committee of the kind owes a yearly report,
    until its rules say otherwise; 0: none.
    ``barring`` names the known ties to a case that recuse a member at once, without a question
    (keys of ``services.committees.interests.TIES``). A tie to the organisation lasts for as many
    years after its end as ``years_fact`` names in the facts, or for five (rule of the cooperative
    review).
    """

    kind: str
    states: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    postponements: tuple[Postponement, ...] = POSTPONEMENTS
    report_month: int = 0
    barring: frozenset[str] = frozenset()
    years_fact: str | None = None

    def moves(self) -> frozenset[str]:
        """Return the names of all transitions that the committee's decisions make."""
        put_off = {p.transition for p in self.postponements if p.transition}
        return frozenset({v.transition for v in self.verdicts} | put_off)

    def verdict(self, key: str) -> Verdict:
        """Return one of the verdicts. Raises KeyError."""
        return {v.key: v for v in self.verdicts}[key]

    def postponement(self, key: str) -> Postponement:
        """Return one of the reasons for putting a case off. Raises KeyError."""
        return {p.key: p for p in self.postponements}[key]


@dataclass(frozen=True)
class Secrecy:
    """That the cases of a workflow are restricted: each is seen person by person.

    ``keepers`` give access to a case and end it, and look, with a reason, who brought it;
    ``admits`` are the roles in which somebody can be given access.
    """

    keepers: frozenset[Role]
    admits: tuple[Role, ...]


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document that a case of the workflow may hold.

    Partners add, replace and take back documents of it in ``partner_states`` (None: until the
    case ends); in the states ``locked_in`` nobody does. A case comes into the states
    ``required_in`` only with a document of it, unless an administrator has chosen others.
    ``also_by`` are roles of neither house nor partner that may do what partners may.
    """

    key: str
    label: str
    house_only: bool = False
    partner_states: tuple[str, ...] | None = None
    locked_in: tuple[str, ...] = ()
    required_in: tuple[str, ...] = ()
    also_by: frozenset[Role] = frozenset()
