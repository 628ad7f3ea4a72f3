"""The nine invented cooperatives of the label, its auditors and its committee, and how it went."""

from __future__ import annotations

from dataclasses import dataclass, field

RECOMMENDED = (
    *("JUR-05", "JUR-06", "CPT-04", "RH-02", "RH-03", "RH-04", "ACC-06", "ACC-07", "ACC-08"),
    *("TER-04", "TER-05", "TER-06", "TER-07", "TER-08", "RES-05", "RES-06"),
)
NEVER_LABELLED = {"RES-04": "La coopérative n’a jamais été labellisée."}
SEATS = ("Mathilde Carrel", "Hugo Lantier", "Solène Arbogast", "Ibrahim Sané", "Colette Maury")
CHAIR, SECRETARY = SEATS[0], "Romain Delalande"
AUDITORS = ("Agathe Perrineau", "Youcef Belhadj")
HOME = "sillon-doux"
"""The cooperative of the auditors, which is never audited itself."""
SHOWN = (
    ("Label committee chair (French)", CHAIR),
    ("Label committee secretary (French)", SECRETARY),
    ("Auditor (French)", AUDITORS[0]),
)


@dataclass(frozen=True)
class Cooperative:
    """A cooperative, and how its last cycle went.

    ``decided`` are the days ago on which its cycles were decided, ``opened`` when the
    self-assessment of the last was opened; ``met`` is how many recommended criteria were met then,
    ``failed`` which mandatory ones were not, ``excused`` what did not apply and why.
    """

    key: str
    name: str
    town: str
    contact: str
    decided: tuple[int, ...] = ()
    opened: int = 190
    met: int = 11
    verdict: str = "award"
    failed: tuple[str, ...] = ()
    excused: dict[str, str] = field(default_factory=dict)


NO_ASSOCIATION = {"RES-02": "Il n’y a pas d’association régionale."}
TOO_SMALL = {
    "RH-04": "L’effectif est sous le seuil d’une instance de représentation.",
    "RES-05": "Il n’y a pas d’autre CAE dans la région.",
}
RENEWED = (1060, 20)
COOPERATIVES = (
    Cooperative("marees", "L’Atelier des Marées", "Nantes", "Maud Kerbrat", RENEWED, 110),
    Cooperative("navette", "La Navette Bleue", "Roubaix", "Farid Zitouni", RENEWED, met=8),
    Cooperative("cerise", "Graine de Cerise", "Céret", "Inès Pujol", RENEWED, 110, 7, "refuse"),
    Cooperative(
        "mains", "Les Mains Levées", "Dijon", "Paul Viard", RENEWED, 190, 14, "defer", ("CPT-03",)
    ),
    Cooperative(
        "enclume", "L’Enclume Légère", "Épinal", "Rose Thiriet", RENEWED, 110, 9,
        excused=NO_ASSOCIATION,
    ),
    Cooperative(
        "corde", "La Corde à Linge", "Gap", "Luce Arnaud", RENEWED, 190, 7, excused=TOO_SMALL
    ),
    Cooperative("heures", "Les Heures Claires", "Tours", "Denis Faure", (500,), 560),
    Cooperative("pas", "Le Pas de Côté", "Pau", "Nadège Lahitte", (1195,), 1230),
    Cooperative(HOME, "Le Sillon Doux", "Bourges", "Odette Chabrol"),
)  # fmt: skip
PRACTICE = ("ACC-07", "Un cercle de pairs se réunit chaque mois, animé par les entrepreneurs.")
PRACTICES = {
    "cerise": (
        "CPT-04",
        "Le tableau de bord financier est lu à voix haute, poste par poste, en assemblée.",
    ),
    "navette": (
        "TER-05",
        "Deux permanences par mois sont tenues avec la mission locale, au même guichet.",
    ),
}
"""The good practice that the auditors note: its criterion and its words."""
CONSENTS = {"marees": "named", "cerise": "named", "navette": "unnamed", "mains": "no"}
"""What cooperatives say to having their good practice published."""
SUSPENDED, LATE = "heures", "pas"
