"""Reference data: the three ambitions and the seven programmes, in three languages."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Ambition, Programme


@dataclass(frozen=True)
class Entry:
    """One ambition or programme: its number, its names, and who operates it."""

    number: int
    fr: str
    nl: str
    en: str
    ambition: int = 0
    operator: str | None = None


AMBITIONS = (
    Entry(
        1,
        "Une société solidaire et respectueuse, sans barrières",
        "Een solidaire en respectvolle samenleving, zonder drempels",
        "A society of solidarity and respect, without barriers",
    ),
    Entry(
        2,
        "Des quartiers chaleureux et bienveillants pour tous",
        "Warme en zorgzame buurten voor iedereen",
        "Warm and caring neighbourhoods for everyone",
    ),
    Entry(
        3,
        "Des coopératives fortes et largement soutenues",
        "Sterke en breed gedragen coöperaties",
        "Strong cooperatives with broad support",
    ),
)

PROGRAMMES = (
    Entry(
        1,
        "Formation et sensibilisation à la solidarité et à l'(in)égalité sociale",
        "Vorming en bewustmaking rond solidariteit en sociale (on)gelijkheid",
        "Training and awareness on solidarity and social (in)equality",
        ambition=1,
    ),
    Entry(
        2,
        "Offrir à tous les mêmes chances de participer à part entière, égale et active "
        "à la société",
        "Iedereen gelijke kansen geven om volwaardig en actief deel te nemen aan de samenleving",
        "Giving everyone equal chances to take a full and active part in society",
        ambition=1,
    ),
    Entry(
        3,
        "Développer ensemble la microfinance et microassurance dans les pays du Sud",
        "Samen microfinanciering en microverzekering ontwikkelen in het Zuiden",
        "Developing microfinance and microinsurance together in the global South",
        ambition=1,
        operator="BRS",
    ),
    Entry(
        4,
        "Construire des villages et des quartiers forts, avec des voisins bienveillants",
        "Bouwen aan sterke dorpen en buurten, met zorgzame buren",
        "Building strong villages and neighbourhoods, with caring neighbours",
        ambition=2,
    ),
    Entry(
        5,
        "L'entrepreneuriat coopératif comme moyen d'innovation sociétale et économique",
        "Coöperatief ondernemen als hefboom voor maatschappelijke en economische vernieuwing",
        "Cooperative enterprise as a means of social and economic innovation",
        ambition=3,
    ),
    Entry(
        6,
        "Informer, conseiller et orienter les projets de coopératives potentielles ou existantes",
        "Potentiële en bestaande coöperaties informeren, adviseren en de weg wijzen",
        "Informing, advising and guiding would-be and existing cooperatives",
        ambition=3,
    ),
    Entry(
        7,
        "Faire connaître à grande échelle la valeur ajoutée et l'impact de l'entrepreneuriat "
        "coopératif",
        "De meerwaarde en de impact van coöperatief ondernemen ruim bekendmaken",
        "Making the added value and impact of cooperative enterprise widely known",
        ambition=3,
    ),
)


def load() -> None:
    """Add the ambitions and programmes that are missing; what the house has edited stays.

    Safe to run again; the caller commits.
    """
    ambitions = {a.number: a for a in db.session.scalars(sa.select(Ambition))}
    for entry in AMBITIONS:
        if entry.number not in ambitions:
            ambitions[entry.number] = Ambition(number=entry.number, **_names(entry))
            db.session.add(ambitions[entry.number])
    db.session.flush()
    known = set(db.session.scalars(sa.select(Programme.number)))
    for entry in PROGRAMMES:
        if entry.number not in known:
            programme = Programme(number=entry.number, operator=entry.operator, **_names(entry))
            programme.ambition_id = ambitions[entry.ambition].id
            db.session.add(programme)
    db.session.flush()


def _names(entry: Entry) -> dict[str, str]:
    return {"name_fr": entry.fr, "name_nl": entry.nl, "name_en": entry.en}
