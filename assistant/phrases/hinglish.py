"""How people ask for a person in Hindi written with Latin letters."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="hi",
    slots={
        "noun": "insaan|inshan|insano|aadmi|banda|bande|bandey|agent|agents|executive|representative|manager|maneger|operator"
        "|human|person|staff|supervisor|adhikari|senior|vyakti|manav|malik|employee|tim member|sir|madam",
        "desk": "(?:customer|custmer|costumer|grahak) (?:care|service|support|seva)(?: (?:wale|walo|vale|agent|executive|team))?"
        "|support (?:team|wale|agent)|call center|team|cs",
        "person": "<noun>|<desk>|kisi|kisi (?:aur|or|bade|bhi|asli)|koi",
        "gap": "(?:(?:meri|mera|mujhe|mujhko|muje|seedhe|sidhe|direct|abhi|hi|to|toh|koi|jaldi|please|pls|plz|ke|sath|saath|turant|ek"
        "|baar|main|mai|hume|humko|asli|ji|bhi|wale|phone|pe|par|team|yaha|aapke|apke|apne|ki|ka|ap|aap|zara|yaar|bhai|real) )"
        "{0,5}",
        "bot": "bot|bots|robot|robots|machine|chatbot|ai|computer",
        "do": "baat|bat|bate|sampark|connect|conect|jod|jodo|chat|cal|bolna|milna|milwa|milao|contact|madad|batchit|transfer|mila",
        "no": "nahi|nahin|nai|nhi|nahee|mat|naa|na",
    },
    alone="insaan,asli insaan,aadmi,banda,asli banda,asli aadmi,insan se baat,agent se baat,koi hai,customer care wale,grahak seva"
    ",kisi se baat,adhikari",
    fillers="namaste please pls plz abhi mujhe muje chahiye do dijiye ji ha turant jaldi ek koi asli hello hi bhai yaar to bas sir"
    " madam karni hai karao bulao ko kaha kya yaar bakwas",
    asks=(
        "(?:<person>) <gap>(?:se|say|ko|ke sath|sath|ke saath) <gap>(?:<do>)[^ ]*",
        "(?:<noun>|<desk>) <gap>(?:chahiye|chaiye|chahie|chahye|bulao|bulaiye|bula|bhejo|lao|chahta|chahti|milega|dila|dilao"
        "|se connect|ko bulao|ko do|ka number do)",
        "(?:<noun>|<desk>|kisi) (?:ko|se) <gap>(?:bula|transfer|bhej|connect|conect|milao|jodo|phone|lagao|do|dedo)[^ ]*",
        "(?:asli|zinda|sacche) (?:<noun>)",
        "koi (?:(?:insaan|banda|aadmi|human|agent|asli|real) ){0,2}(?:hai|he|h|hain)(?: (?:yaha|waha|kya|yahan|jo)|(?= $))",
        "(?:<bot>)(?: (?:se|ke|sath|ko|bilkul|mujhe|aur|or|baat|ki|ye|yeh|wala|ab|to|karna|karni)){0,5} (?:<no>|band)",
        "(?:baat|bat|chat) <gap>(?:karao|karaiye|karaye|karwao|karwaiye|karvao|karvaiye|kara do|karwa do|karado|karwado|kara dijiye"
        "|karwa dijiye|kra do|krwa do|krao|krwao|karaen|krwa dijiye)",
        "(?:mujhe|muje|hume|mujhko|mereko|mere ko) <gap>(?:call|cal|phone|fone|callback) (?:back )?(?:karo|kijiye|kariye|karen|kare|kar do"
        "|chahiye|karwao|kro|karna|kardo|krdo)",
        "(?:call|phone|fone) (?:back )?(?:karo|kijiye|kariye|kare|kar do|kro|kardo) (?:mujhe|muje|hume|mereko)",
        "(?<=^ )(?:call|phone) (?:back )?(?:karo|kijiye|kariye|kar do|kro|kardo)",
    ),
    set_aside=(
        "(?:travel|bima|property|insurance|delivery|cleaning) agent",
        "human (?:resources?|rights|hair|body)",
        "(?:ek|do|teen|char|har|per|[0-9]+) (?:person|aadmi|insaan|vyakti|bande|human)(?= ke| ka| par| pe| kitna| wala)",
        "(?:kya )?(?:aap|ap|tum|tu|ye|yeh|wo)(?: (?:ek|asli|bot|ya|sach|me|mein|sachmuch|robot|koi|real|ho|hai|machine|ai)){0,5}"
        " (?:<noun>)(?: (?:ho|hai|hain))?",
        "(?:<person>) <gap>(?:se|ko|ki|ka)(?: (?:mujhe|koi|baat|zarurat|jarurat|cal|conect|abhi)){0,4} (?:<no>) (?:karni|karna|chah[^ ]*"
        "|hai|he|h|karunga|karungi|karo|krni|krna)",
        "(?:<noun>|<desk>)(?: (?:ki|ka|se|mujhe|koi|zarurat|jarurat)){0,3} (?:<no>) (?:chahiye|chaiye|hai|chahta|chahti)",
        "(?:<person>) (?:se|ke) (?:baat kiye )?(?:bina|bagair)(?: baat)?",
        "(?:mujhe )?(?:call|phone) (?:<no>) (?:karo|kijiye|karna|kare|kiya|aaya)",
        "delivery (?:wale|boy|agent)(?: ne)?(?: mujhe)? (?:call|phone)(?: <no>)?",
        "(?:kisi|koi) (?:aur|or) (?:ko|ke) (?:gift|bhej)[^ ]*",
    ),
)
