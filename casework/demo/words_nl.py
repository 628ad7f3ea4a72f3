"""What Dutch-speaking partners and officers write."""

from __future__ import annotations

from casework.demo.words import Words

DUTCH = Words(
    partners=(
        "Het buurthuis, de school om de hoek en twee winkeliers; we zoeken nog een coöperatie.",
        "De sociale dienst van de stad denkt mee. Iemand met kennis van financiën ontbreekt nog.",
        "Een bewonersgroep, een ziekenfonds en misschien een technische school.",
        "We werken al samen met een boerderij en een opleidingscentrum.",
    ),
    first_thoughts=(
        "De stad kan de begeleiding overnemen als de bewoners de plek dragen.",
        "Een kleine gebruikerscoöperatie, die leeft van een deel van haar verkoop.",
        "We hopen dat drie verenigingen het in hun gewone werking opnemen.",
        "Dat weten we nog niet; een bestaande organisatie lijkt beter dan een nieuwe.",
    ),
    items=(
        ("De statuten van de vereniging", "We moeten weten wie in haar naam mag tekenen."),
        ("Een brief van de eigenaar van het pand", "Zonder toegang kan de pilot niet beginnen."),
        ("Hoeveel mensen er al bevraagd zijn", "Het idee noemt hen, maar geen aantal."),
        ("De uitsplitsing van de post “uitrusting”", "Die is meer dan een kwart van het budget."),
        ("Het akkoord van de stad", "Het voorstel rekent op haar personeel."),
    ),
    answers=(
        "Hierbij wat u vroeg; het stuk staat bij de documenten.",
        "We spraken tweeënveertig mensen op drie avonden, elf van hen twee keer.",
        "De uitsplitsing staat in de bijlage: twee ovens, een spoelbak en de plaatsing.",
    ),
    refusal="De stad antwoordt pas na haar gemeenteraad; we gaan liever zonder haar verder.",
    bridges=(
        ("Coöperatie De Groene Draad", "Ze zoekt plekken om leerlingen op te leiden."),
        ("Ziekenfonds De Brug", "Het bereikt dezelfde mensen en heeft lokalen vrij."),
    ),
    sessions=(
        ("Wat ontbreekt het meest, en aan wie",
         "We gaan ook op zaterdag open: dan zijn de mensen alleen."),
        ("Samen de plek tekenen",
         "De ingang verhuist en een stille hoek vervangt de balie."),
        ("Wie doet wat, en hoe lang",
         "Beurten gaan van een week naar twee dagen; vijf mensen zeggen ja."),
        ("Een hele dag proefdraaien",
         "Eerst eten, dan het atelier. De folder wordt er een in beelden."),
    ),
    next_session="Het voorstel samen nalezen",
    consortium=(
        ("Coöperatie De Groene Draad", "cooperative", "Materiaal en twee opleiders."),
        ("Ziekenfonds De Brug", "finance", "Een lokaal en hulp bij de boekhouding."),
        ("Hogeschool aan de Vaart", "research", "Een meting voor en na de pilot."),
        ("Bewonerscomité De Weide", "citizens", "Van mond tot mond, en de sleutels."),
        ("Hoeve De Oude Linde", "environment", "Groenten en een stuk grond."),
    ),
    costs=("Halftijdse coördinatie", "Begeleiding en vorming", "Uitrusting en klein materiaal",
           "Communicatie in beelden"),
    own_means="Eigen middelen van de partners",
    grant="Gevraagde steun van de stichting",
    investors=(
        ("Fonds Gedeelde Horizon", "Marleen Aerts"),
        ("Coöperatieve bank De Meidoorn", "Stefaan Lemmens"),
        ("Stichting De Vier Winden", "Veerle Simons"),
    ),
    risks=(
        ("De vrijwilligers raken uitgeput", "Korte beurten, telkens met twee."),
        ("De plek is niet op tijd klaar", "Beginnen in een tent, met akkoord van de stad."),
        ("Wie we zoeken, komt niet", "Bij hen thuis gaan, met iemand die ze kennen."),
    ),
    check_ins=(
        ("De groep staat, de plek is gekozen. Het budget is nog te rond.",
         "Twee offertes vragen; de volgende sessie vastleggen."),
        ("Twee nieuwe partners. Het verankeringsplan krijgt vorm.",
         "Praten met wie het zou kunnen overnemen."),
        ("De pilot houdt zijn ritme; inschrijvingen komen vooral van buren.",
         "Via de thuisverpleging de anderen bereiken."),
    ),
    plan_v1=(
        ("Na de pilot neemt de wijkwerking de plek en een halve job over; de verkoop betaalt "
        "energie en klein materiaal."),
        "Op het einde ontstaat een gebruikerscoöperatie; elk lid brengt een aandeel in.",
        "Vijf organisaties nemen de werkwijze over in hun gewone werking.",
    ),
    plan_v2="De pilot toonde het: de plek leeft als de gebruikers de sleutels hebben. Wie ze "
    "overneemt, houdt dus een gebruikersraad die de begeleider kiest en de uren vastlegt.",
    plan_final="De gastorganisatie neemt de plek, het contract van de begeleidster en de "
    "gebruikersraad over. De opbrengst dekt twee derde van de kosten, de stad de rest.",
    hosts=("Wijkwerking De Linden", "Coöperatie De Groene Draad", "Ziekenfonds De Brug"),
    host_evidence="Beslissing van het bestuur, en brief van de voorzitster in het dossier.",
    hypotheses=(
        ("We geloven dat mensen komen als ze mogen beslissen. We weten het als de helft binnen "
        "twee maanden een taak opneemt."),
        ("We geloven dat de plek van haar verkoop kan leven. We weten het als die in maand vier de "
        "helft van de kosten dekt."),
        ("We geloven dat één huisbezoek meer doet dan tien affiches. We weten het door iedereen te "
        "vragen waarom ze kwamen."),
    ),
    scales=("Eén plek, dertig mensen, zestien weken", "Twee straten, veertig gezinnen, vijf maand",
            "Drie groepen van twaalf"),
    indicators=(
        ("Mensen die minstens twee keer komen", "mensen", "0", "40", "47"),
        ("Deel van de taken dat deelnemers dragen", "%", "0", "50", "38"),
        ("Mensen die een buur meer kennen", "mensen", "6", "30", "29"),
        ("Opbrengst van de plek", "€ per maand", "0", "900", "640"),
    ),
    no_value="De bevraging bij het weggaan is nog niet gebeurd: te weinig antwoorden.",
    notes=(
        ("De eerste dag zes mensen in plaats van twintig. Ze kwamen allemaal met iemand terug.",
         "Een uitnodiging van een buur werkt beter dan onze affiches."),
        ("Op dinsdag komt niemand: dan is het markt.",
         "Eerst naar de dagen vragen, dan pas kiezen."),
        ("Twee vrijwilligers kregen ruzie om een sleutel.",
         "Sleutels horen bij een ploeg, nooit bij één mens."),
        ("De deelnemers maakten zelf een uurrooster, korter dan het onze.",
         "Wat zij beslissen, houdt stand; het onze werd elke week besproken."),
        ("Uitgeleend materiaal komt proper terug, behalve wat wij gelabeld hadden.",
         "Vertrouwen werkte beter dan de regel."),
        ("Een gezin ging weg wegens het lawaai.",
         "Elke dag een stil uur: het werd het drukste."),
        ("Mannen komen alleen als er iets te herstellen valt.",
         "Beginnen met het atelier, daarna samen eten."),
        ("Drie weken lang hield niemand de kas bij.",
         "Twee mensen aan de kas, en vrijdag een overzicht aan de muur."),
    ),
    reports=(
        (("Eenendertig keer open, vier ateliers, één straatfeest. De groep die beslist, komt om de "
         "twee weken samen."),
         "De ketel viel twee weken uit."),
        ("De plek draait met elf vrijwilligers. De eerste gezamenlijke aankopen zijn gebeurd.",
         "Weinig jongeren, ondanks twee pogingen."),
        (("De gebruikersraad kiest nu zelf de activiteiten. Twee verenigingen willen hetzelfde "
         "elders doen."),
         ""),
    ),
    sent_back="Het overzicht van de uitgaven klopt niet met het totaal: maart ontbreekt.",
    views=(
        ("officer", "De pilot veranderde het leven in de wijk; de rekeningen blijven broos.",
         "scale"),
        ("partner", "Van de lege weken leerden we meer dan van de volle.", "scale"),
        ("target_group", "Hier vraagt men onze mening, en er gebeurt iets mee.", "anchor"),
    ),
    synthesis=(
        "Sleutels bij de gebruikers, korte beurten, eerst bezoeken en dan uitnodigen.",
        "Het opgelegde uurrooster, de affiches, en de hoop dat opbrengst vanzelf komt.",
        "Doorgaan, met een gebruikersraad en iemand voor de rekeningen.",
    ),
    changes=(
        ("Drie namiddagen open in plaats van vijf.", "Liever drie volle dagen."),
        ("Het onthaal bij twee deelnemers leggen.", "Nieuwkomers durven hun iets te vragen."),
    ),
    scale_plan=(
        "Drie plekken meer in dezelfde stad, zeshonderd mensen, twee jaar.",
        ("Eerst de plek ernaast, met de ploeg van de eerste; daarna twee plekken waar bewoners om "
        "vragen."),
        "De stad, het Fonds Gedeelde Horizon en de opbrengst van de plekken.",
    ),
    milestones=("De tweede plek gaat open", "De ploeg van de derde plek is gevormd",
                "De opbrengst dekt de helft van de kosten"),
    results=(
        ("De plek bestaat, haar gebruikers dragen ze, twee andere volgen. Honderdveertig mensen "
        "komen er minstens één keer per week."),
        "Geef de sleutels vroeg. Reken met twee. Vraag voor je uitnodigt.",
        "Uitgaven volgens budget; de uitrusting kostte minder, de begeleiding iets meer.",
    ),
    check_ups=(
        ("yes", "De plek is vier dagen per week open en de gebruikersraad komt samen."),
        ("partly", "De plek houdt stand, maar de begeleidster vertrok en is niet vervangen."),
        ("yes", "Na twee jaar volstaat de opbrengst. De eerste gebruikers leiden anderen op."),
    ),
    letter="We danken u voor de weg die we samen aflegden. Hieronder leest u waarom we zo "
    "beslisten en wat we waardeerden. Uw contactpersoon blijft voor u bereikbaar.",
    conflicts="Een lid van het comité woont naast de plek en nam niet deel aan dit punt.",
    completeness="Nagelezen met de financiële dienst; er ontbreekt niets.",
    motives=(
        "De doelgroep heeft het project echt veranderd en wie het overneemt, is bekend.",
        "Het project verbindt twee sectoren die elkaar niet kenden, tegen een redelijke kost.",
        "De pilot is klein en meetbaar, en het verankeringsplan geloofwaardig.",
    ),
    motive_conditions="Het comité steunt het project zodra de toegang tot de plek en het akkoord "
    "van de mede-investeerder vaststaan.",
    motive_revise="Het comité vraagt het budget te herzien en te zeggen wie de plek later draagt.",
    motive_decline="Volgens het comité bestaat ditzelfde aanbod al in dezelfde straat.",
    conditions=(
        ("Huurcontract van het pand voor minstens twee jaar", "Contract bij de documenten."),
        ("Schriftelijk akkoord van de mede-investeerder", "Brief bij de documenten."),
        ("Verzekering van het uitgeleende materiaal", "Polis bij de documenten."),
    ),
    declined="Een mooi idee, maar de stad opende net zo’n dienst in dezelfde straat.",
    redirected=("Het uitrustingsfonds van de provincie",
                "U vraagt vooral een gebouw; dat fonds betaalt gebouwen, wij niet."),
    withdrawn="Onze coördinator vertrekt en zonder ploeg willen we niet beginnen.",
    back="Het financieringsplan steunt op een akkoord dat er nog niet is; laten we het herzien.",
    stopped=(
        "Het pand werd verkocht en de groep viel uiteen.",
        "Veertig procent betaald en terecht uitgegeven; de rest wordt niet betaald.",
        "Een pilot heeft eerst een huurcontract nodig en dan pas een programma.",
    ),
    stopped_after_pilot="De vraag bestaat, maar niet in deze vorm; de partner stopt liever "
    "en deelt wat hij leerde.",
    adjusted="De hypothese houdt stand; uurrooster en onthaal worden met de deelnemers herzien.",
    agreement=(
        "Steunovereenkomst",
        "De stichting steunt het project uit het goedgekeurde voorstel.",
        "De partner voert de pilot uit, houdt leernotities bij",
        "en brengt elk kwartaal verslag uit.",
        "Elke partij kan vragen de overeenkomst te herzien.",
    ),
    agreement_title="Overeenkomst",
    letter_title="Toezegging van de mede-investeerder",
    investor_letter=(
        "Toezegging",
        "Wij bevestigen onze deelname aan de financiering van het project,",
        "voor het bedrag in het financieringsplan.",
    ),
    annex_title="Bijlage bij het budget",
    annex=("Bijlage bij het budget", "Uitsplitsing van de posten en ontvangen offertes."),
)  # fmt: skip
