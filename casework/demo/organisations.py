"""Invented organisations and their people. Any likeness to a real one is chance.

Their registry numbers have right check digits and lie where no register gives numbers out: the
Belgian ones begin with 0999.9, the French SIREN numbers with 999 9. All addresses end in
``.example``, which is reserved for examples.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BELGIAN_RANGE = 9_999_000
FRENCH_RANGE = 99_990_000


@dataclass(frozen=True)
class House:
    """An organisation: who leads it, who writes along, who signs (the lead, where empty)."""

    key: str
    name: str
    country: str
    town: str
    sector: str
    language: str
    lead: str
    contributor: str = ""
    signatory: str = ""

    @property
    def domain(self) -> str:
        """The domain of its addresses."""
        return f"{self.key}.example"


HOUSES = (
    House("terre-en-commun", "Terre en Commun", "BE", "Namur", "environment", "fr",
          "Nora Vandenberghe", "Samir Haddad", "Anne Lambrecht"),
    House("tabliers-verts", "Les Tabliers Verts", "BE", "Bruxelles", "welfare", "fr",
          "Fatima El Amrani", "Jeanne Colin", "Paul Renson"),
    House("roue-tranquille", "La Roue Tranquille", "BE", "Liège", "employment", "fr",
          "Bastien Urbain", "Mireille Toussaint"),
    House("maison-d-a-cote", "La Maison d’à Côté", "BE", "Charleroi", "health", "fr",
          "Odile Marchal", "", "Étienne Colard"),
    House("petrin-partage", "Le Pétrin Partagé", "BE", "Huy", "cooperative", "fr",
          "Simon Delcourt"),
    House("semailles-solidaires", "Semailles Solidaires", "BE", "Ottignies", "international", "fr",
          "Aïcha Diallo", "Thomas Grégoire", "Bernadette Noël"),
    House("clefs-du-quai", "Les Clefs du Quai", "BE", "Tournai", "housing", "fr",
          "Hélène Dumoulin", "Yassine Belkacem"),
    House("atelier-palabre", "L’Atelier Palabre", "BE", "Verviers", "education", "fr",
          "Gaëlle Simonis", "", "Luc Hardy"),
    House("fil-et-toison", "Fil et Toison", "BE", "Marche-en-Famenne", "cooperative", "fr",
          "Corentin Lejeune"),
    House("warme-drempel", "De Warme Drempel", "BE", "Gent", "welfare", "nl",
          "Liesbeth Van Damme", "Youssef Amrouni", "Karel De Bruyne"),
    House("buurtoven", "De Buurtoven", "BE", "Mechelen", "cooperative", "nl",
          "Joris Claes", "Ilse Verbeke"),
    House("lichte-trapper", "De Lichte Trapper", "BE", "Leuven", "employment", "nl",
          "Saar Peeters", "", "Dirk Hendrickx"),
    House("tuinkring-zuid", "Tuinkring Zuid", "BE", "Kortrijk", "environment", "nl",
          "Bram Callewaert"),
    House("huis-weerklank", "Huis Weerklank", "BE", "Hasselt", "health", "nl",
          "Ann Geerts", "Mehmet Yildiz", "Griet Swinnen"),
    House("kleine-korrel", "De Kleine Korrel", "BE", "Antwerpen", "international", "nl",
          "Tine Jacobs", "Emmanuel Okafor"),
    House("samenkoop", "De Samenkoop", "BE", "Brugge", "cooperative", "nl",
          "Pieter Vermeulen", "", "Hilde Maes"),
    House("letterlicht", "Letterlicht", "BE", "Aalst", "education", "nl",
          "Katrien Goossens"),
    House("fournil-deux-rives", "Le Fournil des Deux Rives", "FR", "Lille", "cooperative", "fr",
          "Claude Wattelier", "", "Marion Lefebvre"),
    House("passeurs-du-canal", "Les Passeurs du Canal", "FR", "Roubaix", "welfare", "fr",
          "Djamila Kaci", "Rémi Vasseur"),
    House("voisinage-et-cie", "Voisinage et Compagnie", "FR", "Valenciennes", "citizens", "fr",
          "Julien Carpentier"),
    House("harbour-kitchen", "Harbour Kitchen Collective", "BE", "Oostende", "welfare", "en",
          "Grace Whitfield", "Piotr Nowak"),
)  # fmt: skip


def registry_number(house: House) -> str:
    """Return the invented number of an organisation, with the check digits of its register."""
    place = [h.key for h in HOUSES if h.country == house.country].index(house.key) + 1
    if house.country == "BE":
        first = BELGIAN_RANGE + 37 * place
        return f"{first:08d}{97 - first % 97:02d}"
    first = FRENCH_RANGE + 113 * place
    return next(f"{first}{d}" for d in range(10) if _luhn(f"{first}{d}"))


def address_of(name: str, domain: str) -> str:
    """Return the e-mail address of a person: name and family name, in plain letters."""
    letters = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(c for c in letters if c.isascii() and (c.isalpha() or c == " "))
    first, _, rest = plain.partition(" ")
    return f"{first}.{rest.replace(' ', '')}@{domain}"


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0
