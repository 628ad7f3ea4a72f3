"""What the public holidays of a country are called."""

from datetime import date
from functools import cache

from casework.calendar.countries import holidays_of

_LANGUAGES = {"en": "en_US"}


@cache
def public_days(country: str, year: int, language: str) -> dict[date, str]:
    """Return the public holidays of a year by day, named in ``language`` where that is known."""
    wanted = _LANGUAGES.get(language, language)
    of_country = holidays_of(country)
    chosen = wanted if wanted in of_country(years=year).supported_languages else None
    return dict(of_country(years=year, language=chosen))
