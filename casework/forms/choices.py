"""The fixed answers that several forms offer, as (value, English label)."""

from __future__ import annotations

from casework.i18n import N_

Choices = tuple[tuple[str, str], ...]

SECTORS: Choices = (
    ("welfare", N_("Welfare and social work")),
    ("health", N_("Health and care")),
    ("education", N_("Education and youth")),
    ("housing", N_("Housing")),
    ("culture", N_("Culture and media")),
    ("environment", N_("Environment and agriculture")),
    ("employment", N_("Employment and social economy")),
    ("cooperative", N_("Cooperatives")),
    ("finance", N_("Finance and insurance")),
    ("research", N_("Research")),
    ("government", N_("Public authorities")),
    ("citizens", N_("Citizens and neighbourhoods")),
    ("international", N_("International solidarity")),
    ("other", N_("Another sector")),
)

LANGUAGES: Choices = (
    ("fr", N_("French")),
    ("nl", N_("Dutch")),
    ("en", N_("English")),
)

YES_NO: Choices = (("yes", N_("Yes")), ("no", N_("No")))
