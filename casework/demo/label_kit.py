"""What the brand kit of the demonstration's label holds."""

from __future__ import annotations

import io

import sqlalchemy as sa

from casework.demo import paper
from casework.demo.referentials import KEY
from casework.extensions import db
from casework.models import Scheme
from casework.policy import Actor
from casework.services import documents
from casework.services.labels import kit

RULES = (
    "LABEL CPE démonstration",
    "Règles d’usage de la marque (référentiel fictif, non officiel)",
    "La marque s'utilise tant que le label est en vigueur,",
    "avec le numéro du label et sans rien ajouter au logo.",
)


def fill(lead: Actor, key: str) -> None:
    """Put the rules for using the mark into the kit."""
    scheme = db.session.scalars(sa.select(Scheme.id).where(Scheme.key == KEY)).one()
    with documents.arriving(io.BytesIO(paper.page(RULES)), "regles-marque.pdf") as arrival:
        kit.add(lead, scheme, "Règles d’usage de la marque", arrival, key)
