"""How people ask for a person in German."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="de",
    slots={
        "person": "mensch|menschen|mitarbeiter|mitarbeiterin|mitarbeitern|person|berater|beraterin|agent|agenten|kundenservice"
        "|kundendienst|jemand|jemanden|jemandem|vertreter|chef|manager|ansprechpartner|kollegen|support mitarbeiter|vorgesetzten"
        "|kundenbetreuer|operator",
        "gap": "(?:(?:ein|eine|einen|einem|einer|den|dem|der|die|das|echten|echte|echter|richtigen|richtige|realen|lebenden|ihrem|eurem"
        "|anderen|bitte|vom|von|mal) ){0,4}",
        "bot": "bots?|roboter|maschine|chatbot|ki|computer",
    },
    alone="mensch,mitarbeiter,berater,agent,kundenservice,kundendienst,jemand,operator,ansprechpartner,echter mensch,manager,chef"
    ",echte person,person,support mitarbeiter",
    fillers="hallo hi bitte jetzt sofort ein eine einen ich will mochte mit sprechen reden danke ja guten tag brauche verdammt scheisse"
    " endlich",
    asks=(
        "(?:mit|zu|an) <gap><person> (?:sprechen|reden|telefonieren|schreiben|chatten|verbinden|weiterleiten|verbunden|bitte)",
        "(?:sprechen|reden|verbinden|verbinde|verbinden sie|weiterleiten|chatten)(?: (?:sie|mich|uns|bitte|sie mich)){0,3} (?:mit|an|zu)"
        " <gap><person>",
        "(?:will|mochte|brauche|hatte gern|verlange|geben sie mir|gib mir|wunsche|suche)(?: (?:bitte|jetzt|endlich|gerne|hier)){0,2} <gap>"
        "<person>",
        "(?:echten?|richtigen?|realen?) (?:mensch|menschen|person|mitarbeiter|berater)",
        "(?:ist|gibt es)(?: (?:hier|da|dort|auch)){0,2} <gap>(?:jemand|mensch|menschen|mitarbeiter)",
        "(?:kein|keinen|keinem|nicht mit|genug von)(?: (?:dem|einem|diesem|den|der)){0,2} <bot>",
        "(?:rufen sie mich|ruf mich|ruft mich|rufen sie bitte|ruckruf)(?: (?:bitte|zuruck|an)){0,3}",
    ),
    set_aside=(
        "(?:nicht mit|kein|keinen|keine|ohne|nicht) <gap><person>(?: (?:sprechen|reden))?",
        "(?:pro|fur eine|je) person",
        "(?:bist du|sind sie|ist das)(?: (?:ein|eine|echter|echte|bot|oder|roboter)){0,4} <person>",
        "personal (?:abteilung|wesen)",
    ),
)
