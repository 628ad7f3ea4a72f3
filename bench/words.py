"""Names and sentences of which the cases are made."""

FIRST = (
    *("Anne", "Bram", "Camille", "Dirk", "Élise", "Femke", "Gaëlle", "Hugo", "Inès", "Jeroen"),
    *("Karim", "Lotte", "Manon", "Nadia", "Olivier", "Pieter", "Quentin", "Rachida", "Sander"),
    *("Thérèse", "Umut", "Veerle", "Willem", "Xavier", "Yasmina", "Zoë"),
)
LAST = (
    *("Aerts", "Benali", "Claes", "Dubois", "Evrard", "François", "Goossens", "Hermans"),
    *("Ickx", "Jacobs", "Kaya", "Lambert", "Maes", "Noël", "Öztürk", "Peeters", "Renard"),
    *("Sanchez", "Thijs", "Urbain", "Verhoeven", "Willems", "Yilmaz", "Zidane"),
)
HOUSES = ("Coopérative", "Huis", "Atelier", "Maison", "Werkplaats", "Réseau", "Buurtwerk", "Ferme")
PLACES = (
    *("Namur", "Gent", "Liège", "Brugge", "Mons", "Leuven", "Charleroi", "Mechelen", "Arlon"),
    *("Oostende", "Tournai", "Hasselt", "Verviers", "Kortrijk", "Wavre", "Aalst", "Dinant"),
)
SECTORS = ("social", "health", "culture", "housing", "education", "other")
WHAT = (
    *("Potager partagé", "Buurtkeuken", "Crèche parentale", "Fietswerkplaats", "Habitat groupé"),
    *("Zorgcoöperatie", "Épicerie solidaire", "Repair café", "École des devoirs", "Energiehuis"),
)
WHOM = (
    *("des familles du quartier", "voor jongeren", "des aînés isolés", "voor nieuwkomers"),
    *("des femmes en reconversion", "voor mantelzorgers", "des enfants", "voor alleenstaanden"),
)
SENTENCES = (
    *("Nous voulons que les habitants se retrouvent et décident ensemble de ce qui se fait.",),
    *("De buurt heeft al lang een plek nodig waar iedereen binnen kan lopen.",),
    *("Trois associations y travaillent déjà, chacune dans son coin, sans moyens communs.",),
    *("We beginnen klein, kijken wat werkt, en breiden dan uit met de partners.",),
)
