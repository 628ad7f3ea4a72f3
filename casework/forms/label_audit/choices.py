"""The fixed answers of the forms of label audits, as (value, English label)."""

from __future__ import annotations

from casework.forms.choices import Choices
from casework.i18n import N_

RESULTS: Choices = (
    ("met", N_("met")),
    ("partial", N_("partly met")),
    ("not_met", N_("not met")),
    ("not_applicable", N_("not applicable")),
    ("not_assessed", N_("not assessed")),
)
PARTS: Choices = (("lead", N_("Lead auditor")), ("member", N_("Auditor")))
TIES: Choices = (
    ("none", N_("None")),
    ("employee", N_("I am or was employed there")),
    ("associate", N_("I am or was an associate")),
    ("officer", N_("I hold or held an office there")),
    ("provider", N_("I am or was a paid provider")),
)
FINDINGS: Choices = (
    ("major", N_("Major nonconformity")),
    ("minor", N_("Minor nonconformity")),
    ("observation", N_("Observation")),
    ("good_practice", N_("Good practice")),
)
CONSENTS: Choices = (
    ("named", N_("Yes, with the name of our cooperative")),
    ("unnamed", N_("Yes, without our name")),
    ("no", N_("No")),
)
PRIORITIES: Choices = (
    ("high", N_("High")),
    ("medium", N_("Medium")),
    ("low", N_("Low")),
)
PROGRESS: Choices = (
    ("open", N_("Not begun")),
    ("under_way", N_("Under way")),
    ("done", N_("Done")),
)
CHECKS: Choices = (
    ("closed", N_("Closed: it is done")),
    ("reopened", N_("Not done yet: open again")),
)
CAUSES: Choices = (
    ("dues", N_("Dues unpaid")),
    ("mandatory", N_("A mandatory criterion is no longer met")),
    ("audit_refused", N_("An audit was refused")),
    ("mark", N_("Misuse of the mark")),
    ("voluntary", N_("At the cooperative's own wish")),
)
