"""The cases of the demonstration: which idea goes how far, and since when it stands there.

New stories are added at the end: a story's place is the key under which it is remembered.
"""

from __future__ import annotations

from casework.demo.moves import lead_on
from casework.demo.plot import Plot, Story, stays_of
from casework.demo.script import Act
from casework.demo.stays import TO_AGREEMENT
from casework.demo.stays_pilot import FROM_PILOT

TELLERS = {**TO_AGREEMENT, **FROM_PILOT}

DAYS = {
    "idea_draft": 9,
    "idea_submitted": 11,
    "idea_needs_info": 12,
    "matched": 17,
    "co_creation": 76,
    "proposal_submitted": 9,
    "proposal_needs_info": 11,
    "deliberation": 17,
    "approved_with_conditions": 27,
    "agreement": 21,
    "pilot_running": 132,
    "pilot_review": 15,
    "adjusting": 38,
    "scaling": 190,
    "anchoring": 46,
    "closing": 40,
    "followed_up": 761,
}
"""How many days a stay lasts, unless the story has another pace."""

DRAFT = ("idea_draft",)
IDEA = (*DRAFT, "idea_submitted")
IDEA_ASKED = (*IDEA, "idea_needs_info")
MATCHED = (*IDEA, "matched")
MADE = (*IDEA, "co_creation")
MADE_MATCHED = (*MATCHED, "co_creation")
MADE_ASKED = (*IDEA_ASKED, "idea_submitted", "co_creation")
SENT = (*MADE, "proposal_submitted")
SENT_MATCHED = (*MADE_MATCHED, "proposal_submitted")
SENT_ASKED = (*SENT, "proposal_needs_info")
SENT_AGAIN = (*SENT_ASKED, "proposal_submitted")
DECIDED = (*SENT, "deliberation")
CONDITIONS = (*DECIDED, "approved_with_conditions")
AGREED = (*DECIDED, "agreement")
AGREED_LATER = (*CONDITIONS, "agreement")
PILOT = (*AGREED, "pilot_running")
PILOT_LATER = (*AGREED_LATER, "pilot_running")
REVIEW = (*PILOT, "pilot_review")
ADJUSTING = (*REVIEW, "adjusting")
PILOT_AGAIN = (*ADJUSTING, "pilot_running")
SCALING = (*REVIEW, "scaling")
ANCHORING = (*SCALING, "anchoring")
ANCHORING_SOON = (*REVIEW, "anchoring")
CLOSING = (*ANCHORING_SOON, "closing")
CLOSING_LONG = (*ANCHORING, "closing")
FOLLOWED = (*CLOSING, "followed_up")

STORIES = (
    # co-creation: the first one shows why a move is not open
    Story(title="Potagers d’entraide", route=MADE_ASKED, age=68, off_cents=120_000),
    Story(title="Zorgzame buren aan de Oude Vaart", route=MADE_MATCHED, age=88, officer="wouter"),
    Story(title="Cuisine partagée de la Halle basse", route=MADE, age=97, silent=12),
    Story(title="Semer l’épargne : groupes de femmes au Kivu", route=MADE, age=33, silent=5,
          officer="operator"),
    Story(title="Jardin des sens", route=MADE_MATCHED, age=12, officer="ines"),
    Story(title="Lezen met twee", route=MADE, age=57, officer="wouter"),
    # drafts
    Story(title="Atelier de réparation du canal", route=DRAFT, age=6, officer="", call="open"),
    Story(title="Samen koken na een rouw", route=DRAFT, age=16, officer="", call="extended"),
    Story(title="The harbour kitchen", route=DRAFT, age=1, officer="", call="always"),
    # ideas that wait for a first answer, some of them for nobody yet
    Story(title="La ferme ouverte du mercredi", route=IDEA, age=1, officer=""),
    Story(title="Oogstfeest zonder hek", route=IDEA, age=4, officer=""),
    Story(title="Second language café", route=IDEA, age=12, officer=""),
    Story(title="Chantiers de la solidarité entre voisins", route=IDEA, age=14),
    Story(title="Zaadkrediet voor jonge boerinnen", route=IDEA, age=17, officer="operator"),
    # information asked for
    Story(title="Lire le contrat avant de signer", route=IDEA_ASKED, age=3),
    Story(title="Warme soep, warm onthaal", route=IDEA_ASKED, age=19, officer="wouter"),
    Story(title="Tools to borrow", route=IDEA_ASKED, age=25, officer="ines"),
    # being matched
    Story(title="Cantine d’entreprise coopérative", route=MATCHED, age=6, officer="ines",
          call="open", paces=(("idea_submitted", 8), ("idea_draft", 5))),
    Story(title="Deelloods aan de vaart", route=MATCHED, age=25, officer="wouter"),
    Story(title="La troupe des bancs publics", route=MATCHED, age=31),
    # proposals
    Story(title="Coopératives scolaires", route=SENT, age=5, officer="ines"),
    Story(title="Het meelfonds", route=SENT_MATCHED, age=13, officer="wouter"),
    Story(title="Conserverie des surplus", route=SENT_AGAIN, age=2),
    Story(title="Stadsboomgaard Zuid", route=SENT_ASKED, age=7, officer="wouter"),
    Story(title="Laine d’isolation des Ardennes", route=SENT_ASKED, age=20, officer="ines"),
    Story(title="Microassurance récolte au Bénin", route=SENT_ASKED, age=23, officer="operator"),
    # with the committee
    Story(title="Filière laine locale", route=DECIDED, age=9, due=-11, officer="ines"),
    Story(title="Huiskamer in het station", route=DECIDED, age=15, due=-2, officer="wouter"),
    Story(title="Nuits calmes à domicile", route=DECIDED, age=24, due=1),
    # conditions to fulfil, one of them today
    Story(title="La boulangerie à parts égales", route=CONDITIONS, age=21, due=0),
    Story(title="Coöperatief wonen met zorg", route=CONDITIONS, age=26, due=4, officer="wouter"),
    # to be signed: one side has
    Story(title="Colocations solidaires du Vieux Port", route=AGREED, age=26, half=True),
    Story(title="Repair op de markt", route=AGREED_LATER, age=9, half=True, officer="wouter"),
    Story(title="Teinturerie coopérative des Hauts", route=AGREED, age=33, officer="ines"),
    # pilots that run
    Story(title="Atelier vélo sans barrières", route=PILOT, age=140, due=-4),
    Story(title="Geveltuinen tegen hitte", route=PILOT_LATER, age=62, due=-62, officer="wouter"),
    Story(title="Le fournil ambulant", route=PILOT, age=92, due=-40, silent=20, officer="ines"),
    Story(title="Digitaal op maat van de straat", route=PILOT, age=29, due=-120, silent=29,
          officer="wouter"),
    Story(title="Spaarkringen in Oost-Congo", route=PILOT, age=118, due=0, officer="operator"),
    Story(title="Relais mobile des aidants", route=PILOT_AGAIN, age=47, due=-47),
    # pilots looked back upon
    Story(title="Vélos-cargos pour les associations", route=REVIEW, age=10),
    Story(title="Ademruimte voor mantelzorgers", route=REVIEW, age=20, officer="wouter"),
    Story(title="Le canal à hauteur d’enfant", route=REVIEW, age=25, officer="ines"),
    # adjusted
    Story(title="La sonnette d’en face", route=ADJUSTING, age=56, officer="ines"),
    Story(title="De buurtoven op wielen", route=(*PILOT_AGAIN, "pilot_review", "adjusting"),
          age=22, officer="wouter"),
    # carried further
    Story(title="Une clef, un voisin", route=SCALING, age=85, due=-3),
    Story(title="Samentuin achter de school", route=SCALING, age=150, due=0, officer="wouter"),
    Story(title="Bibliothèque des histoires dites", route=SCALING, age=104, due=6, silent=15,
          officer="ines"),
    # anchored
    Story(title="Compost des trois places", route=ANCHORING, age=57),
    Story(title="De coöperatieve buurtwinkel", route=ANCHORING_SOON, age=35, officer="wouter"),
    Story(title="Permis vélo pour tous les âges", route=ANCHORING_SOON, age=66, officer="ines"),
    # closing: one has said yes
    Story(title="Le repas du jeudi", route=CLOSING, age=57, half=True),
    Story(title="Bakfietsen voor buurtzorg", route=CLOSING_LONG, age=28, officer="wouter"),
    # followed up
    Story(title="École du levain", route=FOLLOWED, age=179, officer="ines"),
    Story(title="Zondagstafel", route=FOLLOWED, age=196, silent=30, officer="wouter"),
    Story(title="Banque de temps du quai Saint-Brice", route=FOLLOWED, age=412),
    # completed
    Story(title="Le français par les gestes du métier", route=(*FOLLOWED, "completed"), age=2,
          by_system=True, paces=(("co_creation", 55), ("pilot_running", 95))),
    Story(title="Fietsatelier zonder drempels", route=(*FOLLOWED, "completed"), age=45,
          officer="wouter", paces=(("followed_up", 735), ("pilot_running", 95))),
    # declined
    Story(title="Samen inkopen, samen delen", route=(*IDEA, "declined"), age=2, officer="wouter"),
    Story(title="Pharmacie du cœur de village", route=(*DECIDED, "declined"), age=690),
    Story(title="Coopérative des fours banaux", route=(*MATCHED, "declined"), age=985,
          officer="ines"),
    # withdrawn
    Story(title="De luisterlijn voor jongeren", route=(*MADE, "withdrawn"), age=815,
          officer="wouter"),
    Story(title="Coöperatie in de klas", route=(*IDEA, "withdrawn"), age=8, silent=8,
          officer="wouter"),
    # stopped
    Story(title="Broodnodig: een bakkerij van iedereen", route=(*REVIEW, "stopped"), age=560,
          officer="wouter"),
    Story(title="Caisse de santé des pêcheurs de Casamance", route=(*PILOT, "stopped"), age=430,
          officer="operator", paces=(("pilot_running", 60),)),
    # passed on
    Story(title="Microverzekering voor vissers in Senegal", route=(*IDEA, "redirected"), age=6,
          officer="operator"),
)  # fmt: skip


def acts_of(number: int, story: Story) -> list[Act]:
    """Return what happens in a story, in the order of time."""
    plot = Plot(number, story, stays_of(story, DAYS))
    for stay in plot.stays:
        if stay.state in TELLERS:
            TELLERS[stay.state](plot, stay)
        if stay.over:
            lead_on(plot, stay)
    return sorted(plot.script.acts, key=lambda act: -act.ago)
