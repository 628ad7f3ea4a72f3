"""Organisations and their registry numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from casework.forms import registry_number
from casework.forms.organisation import OrganisationForm
from casework.forms.registry_number import normalise


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("BE", "0403.019.261", "0403019261"),
        ("BE", "BE 0403.019.261", "0403019261"),
        ("BE", "403019261", "0403019261"),
        ("BE", "0403\u00a0019 261", "0403019261"),
        ("FR", "732 829 320", "732829320"),
        ("FR", "732 829 320 00074", "73282932000074"),
        ("NL", "1234 5678", "12345678"),
        ("LU", "b 123456", "B123456"),
    ],
)
def test_a_number_is_stored_in_one_form(country: str, typed: str, stored: str) -> None:
    assert normalise(country, typed) == stored


@pytest.mark.parametrize(
    ("country", "typed", "message"),
    [
        ("BE", "0403.019.262", registry_number.WRONG_CHECK),
        ("BE", "0403", registry_number.BELGIAN),
        ("BE", "FR732829320", registry_number.BELGIAN),
        ("BE", "٠٤٠٣٠١٩٢٦١", registry_number.BELGIAN),
        ("FR", "732829321", registry_number.WRONG_CHECK),
        ("FR", "73282932000075", registry_number.WRONG_CHECK),
        ("FR", "12", registry_number.FRENCH),
        ("NL", "123", registry_number.DUTCH),
        ("LU", "123456", registry_number.LUXEMBOURGISH),
        ("XX", "123456", registry_number.UNKNOWN_COUNTRY),
    ],
)
def test_a_wrong_number_is_told_why(country: str, typed: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        normalise(country, typed)


def form(**values: Any) -> OrganisationForm:
    given = {"name": "Terre en Commun", "country": "BE", "sector": "health", "language": "fr"}
    return OrganisationForm(MultiDict({**given, **values}))


def test_an_organisation_may_be_identified_later() -> None:
    found = form(registry_number="")
    assert found.validate(), found.errors
    assert found.registry_number.data is None


def test_an_organisation_with_a_good_number() -> None:
    found = form(registry_number="BE 0403.019.261", website="https://terre.example")
    assert found.validate(), found.errors
    assert found.data["registry_number"] == "0403019261"


def test_every_field_wrong_at_once_gets_a_sentence_each() -> None:
    found = form(
        name="",
        country="ZZ",
        registry_number="1" * 41,
        sector="nothing",
        town="x" * 1_000_000,
        language="de",
        website="javascript:alert(1)",
    )
    assert not found.validate()
    assert set(found.errors) == set(found.data)


def test_a_wrong_number_keeps_what_was_typed() -> None:
    found = form(registry_number="0403.019.262")
    assert not found.validate()
    assert found.registry_number.data == "0403.019.262"
    assert found.errors == {"registry_number": [registry_number.WRONG_CHECK]}
