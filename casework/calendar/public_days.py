"""What the public holidays of a country are called."""

from datetime import date
from functools import cache

import holidays

_LANGUAGES = {"en": "en_US"}


@cache
def public_days(country: str, year: int, language: str) -> dict[date, str]:
    """Return the public holidays of a year by day, named in ``language`` where that is known."""
    wanted = _LANGUAGES.get(language, language)
    known = holidays.country_holidays(country, years=year).supported_languages
    chosen = wanted if wanted in known else None
    return dict(holidays.country_holidays(country, years=year, language=chosen))
