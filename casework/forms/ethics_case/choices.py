"""The fixed answers of the ethics committee's forms, as (value, English label)."""

from __future__ import annotations

from casework.forms.choices import Choices
from casework.i18n import N_

THEMES: Choices = (
    ("artificial_intelligence", N_("Artificial intelligence")),
    ("discrimination", N_("Discrimination")),
    ("sex_work", N_("Sex work")),
    ("working_conditions", N_("Working conditions")),
    ("harassment", N_("Harassment and violence")),
    ("personal_data", N_("Personal data")),
    ("money", N_("Money and funders")),
    ("environment", N_("Environment")),
    ("governance", N_("Governance and transparency")),
    ("clients", N_("Clients and assignments")),
    ("other", N_("Another theme")),
)
ORIGINS: Choices = (
    ("person", N_("A person")),
    ("body", N_("A body of the house")),
    ("committee", N_("The committee itself")),
)
BODIES: Choices = ORIGINS[:2]
SENSITIVITIES: Choices = (
    ("usual", N_("Usual care")),
    ("high", N_("High: people could be hurt by it")),
)
SIDES: Choices = (
    ("no", N_("No")),
    ("partly", N_("In part")),
    ("yes", N_("Yes, entirely")),
)
CAUSES: Choices = (
    ("lack_of_time", N_("Lack of time")),
    ("no_formal_request", N_("Nobody has formally asked")),
    ("information_missing", N_("Information is missing")),
    ("quorum", N_("The quorum was not reached")),
    ("other", N_("Another reason")),
)
ANSWERS: Choices = (
    ("accepted", N_("Accepted")),
    ("partly", N_("Accepted in part")),
    ("refused", N_("Refused, with reasons")),
    ("none", N_("No answer after two reminders")),
)
PROGRESS: Choices = (
    ("done", N_("Put into practice")),
    ("under_way", N_("Under way")),
    ("nothing", N_("Nothing has happened")),
)
MONTHS: Choices = (("6", N_("After 6 months")), ("12", N_("After 12 months")))
CONSENTS: Choices = (
    ("given", N_("Whoever brought it agrees")),
    ("checked", N_("Nobody can be recognised: it was checked how")),
)
MANNERS: Choices = (
    ("named", N_("With my name: only the chair and the secretary may look, and leave a trace")),
    ("pseudonymous", N_("Under another name")),
    ("anonymous", N_("Anonymously: I give nothing of myself")),
)
OUTCOMES: dict[str, str] = {
    "followed_up": N_("followed up to the end"),
    "redirected": N_("redirected"),
    "self_resolved": N_("resolved by itself"),
    "no_action": N_("no further action"),
}
