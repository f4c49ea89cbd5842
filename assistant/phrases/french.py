"""How people ask for a person in French."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="fr",
    slots={
        "person": "humain|humaine|personne|agent|agente|conseiller|conseillere|operateur|operatrice|representant|quelquun|responsable"
        "|etre humain|service client|service clientele|manager|superviseur|gerant|employe|vrai personne|collegue|sav",
        "gap": "(?:(?:un|une|le|la|les|l|a|au|votre|vrai|vraie|autre|de|des|du|reel|reelle|svp|stp) ){0,4}",
        "bot": "bots?|robots?|machine|chatbot|ia|repondeur",
    },
    alone="humain,humaine,agent,conseiller,conseillere,operateur,representant,quelquun,service client,personne reelle,vraie personne"
    ",etre humain,responsable,manager",
    fillers="bonjour bonsoir salut svp stp s il vous plait sil te un une le la je veux voudrais parler a avec maintenant vite merci oui"
    " putain merde besoin d dun",
    asks=(
        "(?:parler|discuter|communiquer|echanger|parle)(?: (?:directement|maintenant))? (?:a|avec|au) <gap><person>",
        "(?:passez|passe|mettez|transferez|transfere|connectez|dirigez)(?: (?:moi|nous|en|relation|contact)){0,3} (?:a|avec|au|vers)? ?"
        "<gap><person>",
        "(?:veux|voudrais|besoin|exige|demande|souhaite|voulons|prefere|donnez moi)(?: (?:d|avoir|parler)){0,2} ?(?:d|dun|dune)? ?<gap>"
        "<person>",
        "(?:contacter|joindre|appeler) <gap><person>",
        "(?:y a til|il y a|ya til|ya) <gap>(?:quelquun|humain|vrai humain)",
        "(?:pas|marre|plus|stop)(?: (?:parler|a|avec|de|du|des|un|au|le|les|ce|cette|la|veux)){0,4} <bot>",
        "(?:rapelez|apelez|rapele|apele) moi",
    ),
    set_aside=(
        "(?:ne|n|pas)(?: (?:veux|souhaite|voudrais|besoin|ai|pas|parler|a|avec|de|d|dun)){1,6} <gap><person>",
        "agents? (?:de voyage|immobilier|nettoyant|de nettoyage|d entretien)",
        "ressources humaines",
        "(?:par|pour) (?:une |chaque )?personne",
        "(?:etes vous|es tu|tu es|vous etes|cest)(?: (?:un|une|vrai|vraie|bot|ou|robot)){0,4} <person>",
    ),
)
