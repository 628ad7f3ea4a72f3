"""The columns of the files: their keys, their heads in every language, the values they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wtforms import Form

from casework.folding import folded
from casework.forms.organisation import OrganisationForm, PersonForm
from casework.i18n import LANGUAGES, N_
from casework.services.outbox.tongue import gettext, spoken

ORGANISATIONS, PEOPLE, CRITERIA = "organisations", "people", "criteria"
GRID = "grid"
WRONG = "what_is_wrong"
WRONG_LABEL = N_("What is wrong")


@dataclass(frozen=True)
class Column:
    """One column: its key, its English head, and whether a file must have it.

    ``field`` names the field of the kind's form that takes the values and knows the choices.
    """

    key: str
    label: str
    needed: bool = False
    example: str = ""

    def heads(self) -> dict[str, str]:
        """Return the head in every language."""
        return _heads(self.label)


FORMS: Mapping[str, type[Form]] = {ORGANISATIONS: OrganisationForm, PEOPLE: PersonForm}

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    ORGANISATIONS: (
        Column("name", N_("Name of the organisation"), needed=True, example="Les Jardins partagés"),
        Column("country", N_("Country"), needed=True, example="BE"),
        Column("registry_number", N_("Number in the official register"), example="0403.019.261"),
        Column("sector", N_("Sector"), needed=True, example="environment"),
        Column("town", N_("Town"), example="Namur"),
        Column("language", N_("Language"), example="fr"),
        Column("website", N_("Website"), example="https://www.example.org"),
    ),
    PEOPLE: (
        Column("name", N_("Name"), needed=True, example="Jeanne Dupont"),
        Column("email", N_("E-mail address"), needed=True, example="jeanne.dupont@example.org"),
        Column("role", N_("Role"), needed=True, example="partner_contributor"),
        Column("language", N_("Language"), example="fr"),
        Column("organisation", N_("Name of the organisation"), example="Les Jardins partagés"),
        Column("country", N_("Country"), example="BE"),
        Column("registry_number", N_("Number in the official register"), example="0403.019.261"),
    ),
    CRITERIA: (
        Column("field", N_("Code of the field"), needed=True, example="JUR"),
        Column("field_fr", N_("Name of the field (French)"), example="Juridique"),
        Column("field_nl", N_("Name of the field (Dutch)"), example="Juridisch"),
        Column("field_en", N_("Name of the field (English)"), example="Legal"),
        Column("code", N_("Code of the criterion"), needed=True, example="JUR-01"),
        Column("kind", N_("Kind"), needed=True, example="mandatory"),
        Column("weight", N_("Weight"), example="1"),
        Column("na_allowed", N_("May be not applicable"), example="0"),
        Column("level", N_("Level"), example="1"),
        Column("applies_if", N_("Applies only if"), example="RES-01: met"),
        Column("source", N_("Source"), example="Charte, art. 10"),
        Column("text_fr", N_("Criterion (French)"), example="Les statuts sont à jour"),
        Column("text_nl", N_("Criterion (Dutch)"), example="De statuten zijn actueel"),
        Column("text_en", N_("Criterion (English)"), example="The statutes are up to date"),
        Column("na_condition_fr", N_("Not applicable when (French)")),
        Column("na_condition_nl", N_("Not applicable when (Dutch)")),
        Column("na_condition_en", N_("Not applicable when (English)")),
        Column("evidence_fr", N_("Expected evidence (French)"), example="Statuts"),
        Column("evidence_nl", N_("Expected evidence (Dutch)"), example="Statuten"),
        Column("evidence_en", N_("Expected evidence (English)"), example="Statutes"),
    ),
    GRID: (
        Column("code", N_("Code of the criterion"), needed=True, example="JUR-01"),
        Column("field", N_("Field")),
        Column("text", N_("Criterion")),
        Column("kind", N_("Kind")),
        Column("evidence", N_("Evidence expected")),
        Column("na_condition", N_("May be not applicable")),
        Column("result", N_("Result"), needed=True, example="met"),
        Column("note", N_("Observation, or why it does not apply")),
        Column("revision", N_("Revision seen"), example="0"),
    ),
}


def recognised(kind: str, heads: Sequence[str]) -> list[str]:
    """Return the key of each head, empty for one that is not known, or that came before."""
    known, found = _known(kind), list[str]()
    for head in heads:
        key = known.get(folded(head).strip(" *:"), "")
        found.append("" if key in found else key)
    return found


def missing(kind: str, keys: Sequence[str]) -> list[Column]:
    """Return the columns that a file must have and does not."""
    return [c for c in COLUMNS[kind] if c.needed and c.key not in keys]


def chosen(kind: str, key: str, text: str) -> str:
    """Return the value of a choice that is written as such or by its label in any language."""
    return _choices(kind).get((key, folded(text)), text)


@lru_cache(maxsize=64)
def _heads(label: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with spoken(language):
            found[language] = gettext(label)
    return found


@lru_cache(maxsize=8)
def _known(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in COLUMNS[kind]:
        for head in (column.key, column.key.replace("_", " "), *column.heads().values()):
            found.setdefault(folded(head), column.key)
    for head in (WRONG, *_heads(WRONG_LABEL).values()):
        found.setdefault(folded(head), WRONG)
    return found


@lru_cache(maxsize=4)
def _choices(kind: str) -> dict[tuple[str, str], str]:
    """Return by column and folded word which choice is meant."""
    return {(key, word): value for key, value, word in _words(kind)}


def _words(kind: str) -> Iterator[tuple[str, str, str]]:
    forms = {"country": OrganisationForm()} | {c.key: FORMS[kind]() for c in COLUMNS[kind]}
    for column in COLUMNS[kind]:
        form = OrganisationForm() if column.key == "country" else forms[column.key]
        field = form._fields.get(column.key)
        for value, label, *_rest in getattr(field, "choices", None) or ():
            if value:
                yield column.key, value, folded(value)
                for said in _heads(label).values():
                    yield column.key, value, folded(said)
