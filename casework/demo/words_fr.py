"""What French-speaking partners and officers write."""

from __future__ import annotations

from casework.demo.words import Words

FRENCH = Words(
    partners=(
        ("La maison de quartier, l’école voisine et deux commerçants ; nous cherchons encore "
        "une coopérative."),
        ("Le service social de la commune nous suit. Il nous manque un partenaire qui connaisse la "
        "finance."),
        "Un groupe d’habitants, une mutuelle et peut-être une école technique.",
        "Nous travaillons déjà avec une ferme et un centre de formation.",
    ),
    first_thoughts=(
        "La commune pourrait reprendre l’animation si les habitants tiennent le lieu.",
        "Une petite coopérative d’usagers, qui se paie avec une partie de ses ventes.",
        "Nous aimerions que trois associations l’inscrivent dans leur travail ordinaire.",
        "Nous ne savons pas encore ; un organisme existant serait mieux qu’une structure de plus.",
    ),
    items=(
        ("Les statuts de l’association", "Nous devons savoir qui peut signer en son nom."),
        ("Une lettre du propriétaire du lieu", "Sans accès assuré, le pilote ne peut commencer."),
        ("Le nombre de personnes déjà rencontrées", "L’idée parle d’elles sans dire combien."),
        ("Le détail du poste « équipement »", "Il dépasse le quart du budget."),
        ("L’accord de la commune", "La proposition compte sur son personnel."),
    ),
    answers=(
        "Voici ce que vous demandez ; le document est joint au dossier.",
        "Nous avons rencontré quarante-deux personnes en trois soirées, dont onze deux fois.",
        "Le détail est dans l’annexe au budget : deux fours, un évier et leur pose.",
    ),
    refusal="La commune ne répondra qu’après son conseil ; nous préférons avancer sans elle.",
    bridges=(
        ("Coopérative Le Lien Vert", "Elle cherche des lieux où former ses apprentis."),
        ("Mutuelle des Deux Vallées", "Elle touche le même public et dispose de locaux."),
    ),
    sessions=(
        ("Ce qui manque le plus, et à qui",
         "Le projet s’ouvre aussi le samedi : c’est ce jour-là que les gens sont seuls."),
        ("Dessiner le lieu ensemble",
         "L’entrée change de côté et un coin calme remplace le bureau d’accueil."),
        ("Qui fait quoi, et combien de temps",
         "Les tours de rôle passent d’une semaine à deux jours ; cinq personnes s’engagent."),
        ("Essai d’une journée entière",
         "Le repas précède l’atelier et non l’inverse. Le dépliant est refait en images."),
    ),
    next_session="Relire ensemble la proposition",
    consortium=(
        ("Coopérative Le Lien Vert", "cooperative", "Le matériel et deux formateurs."),
        ("Mutuelle des Deux Vallées", "finance", "Une salle et un suivi des comptes."),
        ("Haute école des Trois Ponts", "research", "Une étude avant et après le pilote."),
        ("Comité des habitants de la Prairie", "citizens", "Le bouche-à-oreille et les clefs."),
        ("Ferme du Vieux Tilleul", "environment", "Des légumes et un terrain."),
    ),
    costs=("Coordination à mi-temps", "Animation et formation", "Équipement et petit matériel",
           "Communication en images"),
    own_means="Fonds propres des partenaires",
    grant="Subvention demandée à la fondation",
    investors=(
        ("Fonds Horizon Partagé", "Catherine Maillard"),
        ("Banque coopérative de l’Aubépine", "Olivier Straet"),
        ("Fondation des Quatre Vents", "Sylvie Hanot"),
    ),
    risks=(
        ("Les bénévoles s’essoufflent", "Des tours courts, et deux personnes pour chaque tour."),
        ("Le lieu n’est pas prêt à temps", "Commencer sous tente, avec l’accord de la commune."),
        ("Ceux que l’on vise ne viennent pas", "Aller chez eux avec quelqu’un qu’ils connaissent."),
    ),
    check_ins=(
        ("Le groupe est formé, le lieu choisi. Le budget reste trop rond.",
         "Demander deux devis ; fixer la session suivante."),
        ("Deux partenaires nouveaux. Le plan d’ancrage a une première forme.",
         "Rencontrer l’organisme qui pourrait reprendre."),
        ("Le pilote tient son rythme ; les inscriptions viennent surtout des voisins.",
         "Passer par les infirmières pour toucher les autres."),
    ),
    plan_v1=(
        ("Après le pilote, la régie de quartier reprend le lieu et un mi-temps ; les ventes paient "
        "l’énergie et le petit matériel."),
        "Une coopérative d’usagers naît à la fin du pilote ; chaque membre y met une part.",
        "Le savoir-faire passe à cinq organisations qui l’inscrivent dans leur travail.",
    ),
    plan_v2="Le pilote l’a montré : le lieu vit quand ses usagers en ont les clefs. L’organisme "
    "qui reprend garde donc un conseil d’usagers, qui choisit l’animateur et fixe les heures.",
    plan_final="L’organisme d’accueil reprend le lieu, le contrat de l’animatrice et le conseil "
    "d’usagers. Les recettes couvrent les deux tiers des frais, la commune le reste.",
    hosts=("Régie de quartier des Tilleuls", "Coopérative Le Lien Vert",
           "Mutuelle des Deux Vallées"),
    host_evidence="Décision de son conseil, et lettre de sa présidente au dossier.",
    hypotheses=(
        ("Nous croyons que les gens viennent quand ils décident. Nous le saurons si la moitié des "
        "participants prend une tâche dans les deux mois."),
        ("Nous croyons que le lieu peut vivre de ses ventes. Nous le saurons si elles paient la "
        "moitié des frais au quatrième mois."),
        ("Nous croyons qu’une visite à domicile vaut dix affiches. Nous le saurons en demandant à "
        "chacun ce qui l’a fait venir."),
    ),
    scales=("Un lieu, trente personnes, seize semaines", "Deux rues, quarante ménages, cinq mois",
            "Trois groupes de douze personnes"),
    indicators=(
        ("Personnes qui viennent au moins deux fois", "personnes", "0", "40", "47"),
        ("Part des tâches tenues par les participants", "%", "0", "50", "38"),
        ("Personnes qui disent connaître un voisin de plus", "personnes", "6", "30", "29"),
        ("Recettes du lieu", "€ par mois", "0", "900", "640"),
    ),
    no_value="L’enquête de sortie n’a pas encore été faite : trop peu de réponses.",
    notes=(
        ("Le premier jour, six personnes au lieu de vingt. Toutes sont revenues avec quelqu’un.",
         "Une invitation portée par un voisin vaut mieux que nos affiches."),
        ("Le mardi personne ne vient : c’est jour de marché.",
         "Demander les jours avant de les choisir."),
        ("Deux bénévoles se sont fâchés pour une clef.",
         "Les clefs vont à une équipe, jamais à une personne."),
        ("Les participants ont refait eux-mêmes l’horaire, plus court que le nôtre.",
         "Ce qu’ils décident tient ; ce que nous décidons se discute chaque semaine."),
        ("Le matériel prêté revient propre, sauf celui que nous avions étiqueté.",
         "La confiance a mieux marché que la règle."),
        ("Une famille est partie à cause du bruit.",
         "Une heure calme chaque jour : elle est devenue la plus fréquentée."),
        ("Les hommes ne viennent que lorsqu’il y a quelque chose à réparer.",
         "Commencer par l’atelier, continuer par le repas."),
        ("La caisse n’a pas été tenue pendant trois semaines.",
         "Deux personnes pour la caisse, et un relevé affiché le vendredi."),
    ),
    reports=(
        (("Trente et une ouvertures, quatre ateliers, une fête de rue. Le groupe qui décide se "
         "réunit tous les quinze jours."),
         "La chaudière a lâché deux semaines."),
        ("Le lieu tourne avec onze volontaires. Les premiers achats communs sont faits.",
         "Peu de jeunes, malgré deux essais."),
        (("Le conseil d’usagers choisit désormais les activités. Deux associations demandent à "
         "faire de même ailleurs."),
         ""),
    ),
    sent_back="Le relevé des dépenses ne correspond pas au total : il manque le mois de mars.",
    views=(
        ("officer", "Le pilote a changé le quotidien du quartier ; les comptes restent fragiles.",
         "scale"),
        ("partner", "Nous avons plus appris des semaines vides que des semaines pleines.",
         "scale"),
        ("target_group", "Ici on nous demande notre avis et on en fait quelque chose.", "anchor"),
    ),
    synthesis=(
        "Les clefs chez les usagers, les tours courts, la visite avant l’invitation.",
        "L’horaire imposé, les affiches, et l’idée que les recettes viendraient seules.",
        "Continuer, avec un conseil d’usagers et une personne pour les comptes.",
    ),
    changes=(
        ("Ouvrir trois après-midi au lieu de cinq.", "Mieux vaut trois jours pleins."),
        ("Confier l’accueil à deux participants.", "Les nouveaux osent leur poser des questions."),
    ),
    scale_plan=(
        "Trois lieux de plus dans la même ville, six cents personnes, deux ans.",
        ("D’abord le lieu voisin, avec l’équipe du premier ; puis deux lieux que leurs habitants "
        "demandent."),
        "La ville, le Fonds Horizon Partagé et les recettes des lieux.",
    ),
    milestones=("Le deuxième lieu ouvre", "L’équipe du troisième lieu est formée",
                "Les recettes couvrent la moitié des frais"),
    results=(
        ("Le lieu existe, ses usagers le tiennent, deux autres s’en inspirent. Cent quarante "
        "personnes y viennent au moins une fois par semaine."),
        "Donner les clefs tôt. Compter à deux. Demander avant d’inviter.",
        "Dépenses conformes au budget ; l’équipement a coûté moins, l’animation un peu plus.",
    ),
    check_ups=(
        ("yes", "Le lieu est ouvert quatre jours par semaine et le conseil d’usagers se réunit."),
        ("partly", "Le lieu tient, mais l’animatrice est partie et n’est pas remplacée."),
        ("yes", "Deux ans après, les recettes suffisent. Les premiers usagers forment les autres."),
    ),
    letter="Nous vous remercions du chemin fait ensemble. Vous trouverez ci-dessous les raisons de "
    "notre décision, et ce que nous avons apprécié. Votre interlocutrice reste à votre écoute.",
    conflicts="Une membre du comité, voisine du lieu, s’est retirée pour ce point.",
    completeness="Relu avec le service financier ; rien ne manque.",
    motives=(
        "Le groupe cible a réellement changé le projet et l’organisme qui reprendra est connu.",
        "Le projet relie deux secteurs qui s’ignoraient, pour un coût raisonnable.",
        "Le pilote est petit, mesurable, et le plan d’ancrage crédible.",
    ),
    motive_conditions="Le comité soutient le projet, dès que l’accès au lieu et l’accord du "
    "cofinanceur sont établis.",
    motive_revise="Le comité demande de revoir le budget et de dire qui reprend le lieu ensuite.",
    motive_decline="Le comité estime que le projet double une offre qui existe dans la même rue.",
    conditions=(
        ("Bail du local signé pour deux ans au moins", "Bail signé, joint aux documents."),
        ("Accord écrit du cofinanceur", "Lettre du cofinanceur, jointe aux documents."),
        ("Assurance du matériel prêté", "Police d’assurance, jointe aux documents."),
    ),
    declined="L’idée est belle mais double un service que la ville vient d’ouvrir dans la rue.",
    redirected=("Le fonds d’équipement de la province",
                "Vous demandez surtout un bâtiment ; ce fonds finance les bâtiments, pas nous."),
    withdrawn="Notre coordinatrice nous quitte et nous ne voulons pas commencer sans équipe.",
    back="Le plan de financement repose sur un accord qui n’existe pas encore ; reprenons-le.",
    stopped=(
        "Le lieu a été vendu et le groupe s’est dispersé.",
        "Quarante pour cent versés, tout dépensé à bon droit ; le reste n’est pas versé.",
        "Un pilote a besoin d’un bail avant d’avoir besoin d’un programme.",
    ),
    stopped_after_pilot="Le pilote montre que la demande existe, mais pas sous cette forme ; le "
    "partenaire préfère s’arrêter et partager ce qu’il a appris.",
    adjusted="L’hypothèse tient, l’horaire et l’accueil sont à revoir avec les participants.",
    agreement=(
        "Convention de soutien",
        "La fondation soutient le projet décrit dans la proposition approuvée.",
        "Le partenaire réalise le pilote, tient ses notes d’apprentissage",
        "et rend compte chaque trimestre.",
        "Chaque partie peut demander à revoir la convention.",
    ),
    agreement_title="Convention",
    letter_title="Lettre d’engagement du cofinanceur",
    investor_letter=(
        "Lettre d’engagement",
        "Nous confirmons notre participation au financement du projet,",
        "pour le montant inscrit au plan de financement.",
    ),
    annex_title="Annexe au budget",
    annex=("Annexe au budget", "Détail des postes et des devis reçus."),
)  # fmt: skip
