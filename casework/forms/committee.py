"""Forms about committees: founded, composed, given rules, called together."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField
from wtforms.validators import ValidationError

from casework.forms.base import Form
from casework.forms.fields import address, at_time, choice, day, line, number, paragraph
from casework.forms.messages import BEFORE_THE_FIRST
from casework.i18n import LANGUAGES, N_

ORIGINS = (
    ("election", N_("Election")),
    ("lot", N_("Drawn by lot")),
    ("candidature", N_("Candidature")),
    ("appointment", N_("Appointment")),
)
OFFICES = (("chair", N_("Chair")), ("secretary", N_("Secretary")))
MAJORITIES = (
    ("simple", N_("More yes than no")),
    ("absolute", N_("Yes of more than half of those who take part")),
    ("two_thirds", N_("Yes of two thirds of the votes cast")),
)
METHODS = (
    ("either", N_("By consensus or by vote")),
    ("consensus", N_("By consensus")),
    ("vote", N_("By vote")),
)
ENDS_FIRST = N_("The meeting ends before it begins.")


class NamesForm(Form):
    """A name in the three languages."""

    name_fr = line(N_("Name in French"))
    name_nl = line(N_("Name in Dutch"))
    name_en = line(N_("Name in English"))


class CommitteeForm(NamesForm):
    """A committee that is founded; its kinds come from the workflows."""

    kind = choice(N_("What it decides on"), ())
    prefix = line(
        N_("Letters of its meetings"),
        hint=N_("They begin the number of each meeting: CD gives CD-2026-01."),
        most=6,
    )


class CollegeForm(NamesForm):
    """A college of a committee."""

    target = number(N_("Number of seats"), 1, 200)
    minimum = number(
        N_("How many must be there"),
        0,
        200,
        hint=N_("With fewer of this college nothing is decided. 0: no such minimum."),
    )
    votes = BooleanField(N_("Its members vote"), default=True)

    def validate_minimum(self, field: Any) -> None:
        """Refuse a minimum above the number of seats."""
        if field.data is not None and self.target.data and field.data > self.target.data:
            raise ValidationError(N_("No more can be asked for than there are seats."))


class RulesForm(Form):
    """A committee's rules."""

    quorum_percent = number(
        N_("Quorum, in percent of the seats that vote"),
        0,
        100,
        hint=N_("Whoever is recused from an item does not count among the seats."),
    )
    quorum_above = BooleanField(N_("More than that (not just as many)"))
    college_minima = BooleanField(N_("Every college must have its minimum there"))
    method = choice(N_("How it decides"), METHODS, default="either")
    majority = choice(N_("What carries a vote"), MAJORITIES, default="simple")
    casting_vote = BooleanField(N_("In a tie, the vote of whoever leads the meeting decides"))
    secret_allowed = BooleanField(N_("A vote may be secret"))
    remote_allowed = BooleanField(N_("Members may take part from afar"))
    proxies_each = number(
        N_("How many absent members one member may speak for"), 0, 10, hint=N_("0: none.")
    )
    papers_days = number(N_("Papers go out so many days before"), 0, 90)
    minutes_days = number(N_("The draft of the minutes is ready after so many days"), 0, 90)
    sight_days = number(N_("Members see a file so many days after its item is closed"), 0, 365)
    report_month = number(
        N_("The yearly report is due by the end of this month"),
        0,
        12,
        hint=N_("The number of the month, for instance 5 for May. 0: there is no report."),
    )


class SeatForm(Form):
    """Somebody who is given a seat."""

    college_id = choice(N_("College"), ())
    name = line(N_("Name"))
    email = address(hint=N_("Somebody new is invited to open an account."))
    language = choice(N_("Language"), tuple(LANGUAGES.items()), default="fr")
    origin = choice(N_("How they came to it"), ORIGINS)
    starts_on = day(N_("First day"))
    ends_on = day(N_("Last day"))

    def validate_ends_on(self, field: Any) -> None:
        """Refuse a last day before the first."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(BEFORE_THE_FIRST)


class OfficeForm(Form):
    """Who becomes chair or secretary."""

    office = choice(N_("Office"), OFFICES)
    name = line(N_("Name"))
    email = address(hint=N_("Somebody new is invited to open an account."))
    language = choice(N_("Language"), tuple(LANGUAGES.items()), default="fr")
    starts_on = day(N_("From"))


class EndMandateForm(Form):
    """A mandate that ends early."""

    last_day = day(N_("Last day"))
    reason = line(N_("Reason"))


class DrawForm(Form):
    """A draw by lot among people."""

    college_id = choice(N_("College"), ())
    places = number(N_("How many are drawn"), 1, 200)
    entries = paragraph(
        N_("Who is in the draw"),
        hint=N_("One person a line: name, then e-mail address, with a comma between them."),
        most=20_000,
    )

    def validate_entries(self, field: Any) -> None:
        """Refuse a line without an address, and an address that is there twice."""
        found = read_entries(field.data)
        lines = [each for each in field.data.splitlines() if each.strip()]
        if len(found) != len(lines) or any("@" not in address for address in found):
            raise ValidationError(N_("Each line needs a name and an address of its own."))


class MeetingForm(Form):
    """When and where a committee meets."""

    day = day(N_("Day"))
    begins = at_time(N_("Begins at"))
    ends = at_time(N_("Ends at"))
    place = line(N_("Place"), required=False)
    link = line(N_("Link for those who are far"), required=False, most=500)

    def validate_ends(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.begins.data and field.data <= self.begins.data:
            raise ValidationError(ENDS_FIRST)


class CancelForm(Form):
    """Why a meeting does not take place."""

    reason = line(N_("Reason"))


class MinutesForm(Form):
    """The text of minutes."""

    text = paragraph(
        N_("Minutes"),
        hint=N_(
            "Lines that begin with # are headings. Keep the reference of each case in the heading "
            "of its item: by it we know who may read what is said there."
        ),
        most=100_000,
    )


def read_entries(text: str) -> dict[str, str]:
    """Return the people of a draw: address → name, from lines such as ``Ann Sax, a@b.org``."""
    found = {}
    for each in text.splitlines():
        name, _comma, address = each.rpartition(",")
        if name.strip() and address.strip():
            found[address.strip().lower()] = name.strip()
    return found
