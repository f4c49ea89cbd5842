"""How people ask for a person in English."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="en",
    slots={
        "person": "human being|human beings|humans?|person|persn|persons|peson|agents?|agnet|aget|operators?|opperator"
        "|representatives?|representitive|represantative|rep|reps|advisors?|advisers?|managers?|supervisors?"
        "|employees?|consultant|team member|member of (?:your |the )?(?:staff|team)|one of your (?:staff|team)"
        "|<desk>",
        "desk": "(?:customer|costumer|custumer|client) (?:service|servise|services|care|support|suport|relations)"
        "(?: (?:agent|rep|representative|team|person|advisor|adviser|executive))?"
        "|support (?:agent|team|person|staff)|live (?:chat|support)|cs",
        "someone": "someone|some one|somebody|some1|anyone|anybody|any one",
        "who": "<person>|<someone>|people|staff|support|specialist|colleague|associate|assistant manager|boss|owner"
        "|(?:man|woman|guy|lady|one) (?:at|in|from|who)|sales (?:team|person|rep)|your team|the team",
        "gap": "(?:(?:a|an|any|some|the|your|real|actual|actually|live|living|breathing|human|proper|another|different"
        "|other|senior|normal|genuine|fucking|fking|damn|bloody|freaking|goddamn|please|pls|plz|right|of|from|ur"
        "|other|whoever|one|nice|competent|thinking|goddam|fuckin|f|me|us|is|more) ){0,6}",
        "talk": "(?:talk|tlk|tak|speak|speek|spek|spk|chat|converse|deal|communicate|get in touch|get in contact"
        "|be in touch|get through|put in touch)(?: (?:directly|now|please|pls|right|live|straight|instead)){0,3}"
        " (?:to|too|with|wth|w|2)",
        "move": "connect|conect|transfer|tranfer|put|pass|patch|forward|hand|switch|redirect|route|refer|escalate|direct"
        "|link|send|take|bring|get",
        "bot": "bots?|robots?|chat ?bots?|ai|computer|automated (?:thing|system|message|messages|reply|replies)",
        "not_this": "(?:am|are|was|were|is|r) (?:i|we|you|u|this|it|that|ya)|(?:you|u|this) (?:are|is|r)"
        "|youre|ur|you|u",
        "wish": "(?:to|talk|speak|chat|deal|with|a|an|any|the|your|real|live|human|another|for|be|get|connected"
        "|transferred|passed|put|through|see|contact|call|me|you|us|it|of|over|on|moved|handed|calling|talking"
        "|speaking|having|actual|help|from|wait|waiting|involve|bother|some|go)",
    },
    alone="human,humans,human being,agent,agents,agnet,aget,operator,representative,representitive,rep,person,manager"
    ",supervisor,someone,somebody,customer service,customer care,customer support,costumer service,cs,staff,advisor"
    ",adviser,people,support,live chat,live agent,live person,live support,helpdesk,help desk,real one,callback"
    ",call back,talk human,speak human,human help,human support,service agent,support agent,team member",
    fillers="hi hello hey please pls plz plx pleas now right just a an the ok okay yes yeah um well so ugh omg wtf ffs"
    " asap immediately real live i said need want get give me to can u you fuck fucking damn shit bloody thanks thank"
    " sir madam dear man your stupid useless first connect actual some any at once urgently urgent today still again"
    " would like id speak talk with with is want wanna for god gods sake hell dammit goddamn freaking",
    asks=(
        "<talk> <gap><who>",
        "(?:like|mind|prefer|about|try|tried) (?:talking|speaking|chatting) (?:to|with) <gap><who>",
        "<move>(?: (?:me|us|this|this chat|my case|my call|the chat|this conversation|over|on|through|back|straight"
        "|directly|please|now)){1,4} (?:to|with|onto|through to|in touch with) <gap><who>",
        "(?:connect|conect|transfer|escalate|switch|patch) (?:to|with) <gap><who>",
        "(?:transferred|connected|put through|escalated|handed over|passed on) (?:to|with) <gap><who>",
        "(?:want|need|nead|wanna|ned|get|give|gimme|require|demand|request|requesting|asking for|ask for|asked for|wish for"
        "|would like|id like|i d like|bring|fetch|find|rather have|looking for|(?:can|could|may) (?:i|we) have)"
        "(?: (?:me|us|to have|to get|to find|to reach|for|please|just|only|now|really|back|here)){0,3} <gap><person>"
        "(?! (?:sized?|chair|desk|manual|discount|shaped|eror|price|code|fe|lamp|table|set|version|edition|to sign"
        "|licence|job|position|hair|for my busines))",
        "(?:contact|contacting|reach|call|phone|ring|ask|summon|get hold of|get ahold of|hear from|helped by|assisted by"
        "|handled by|mesage|served by|answered by) <gap>(?:<person>|<someone>|your team|suport|stafs?)",
        "(?:is|are|isnt|arent) there (?:no |not )?<gap>(?:<person>|<someone>|people|stafs?)(?! (?:limit|size|height))",
        "(?:is )?(?:anyone|anybody|someone|somebody|any human|any person|any agent) (?:even |actually |out )?"
        "(?:there|here|real|available|alive|listening|online|home|reading this)",
        "(?:dont|do|have|got) (?:you |u |ya )?(?:not )?(?:even )?(?:have|got) <gap>(?:<person>|stafs?|people)(?= $| i| to)",
        "(?:real|live|actual|living|breathing|proper) (?:human being|human|person|persons|agent|people|operator"
        "|representative|rep|advisor|asistance|somebody|someone)",
        "human (?:agent|support|help|asistance|asistant|operator|representative|rep|contact|advisor|please|pls|now"
        "|person|service|instead)",
        "(?:agent|person|representative|operator|rep|advisor|supervisor|manager) (?:please|pls|plz|now|asap|imediately)",
        "not (?:a |an |this |the |your |with |to |some |another |stupid |talking |speaking ){0,4}<bot>",
        "no (?:more )?<bot>(?! (?:vacum|cleaner))",
        "(?:hate|fed up with|sick of|tired of|enough of|done with|stop with|stop it with|enough with|get rid of|turn off|disable|switch off)"
        "(?: (?:this|the|these|your|talking|speaking|to|a|stupid|with|you|dumb|fucking|all)){0,4} <bot>",
        "(?:dont|do not|dnt|wont|will not|refuse to|never|cant|not)(?: (?:want|like|wanna|ned|talk|speak|chat|deal|to"
        "|with|a|an|your|this|the|stupid|another|any|dumb|fucking|trust|some|talking|going|gona|chatting)){1,7} <bot>",
        "(?:need|want|get|give|send|find|gimme|have)(?: me| us)?(?: to)? (?:someone|somebody|some one|some1)(?: (?:real"
        "|human|else|competent|useful|smart|intelligent|who|that|from|here|now|asap|imediately|please|pls|in charge"
        "|to (?:help|talk|speak|cal|asist|contact|answer|explain|fix this|sort|deal|reply|look))|(?= $))",
        "(?:<person>|<someone>|your team) (?:please |to |should |must |needs to |can |could |just |real |wil |now )*"
        "(?:cal|phone|ring|contact|talk to|speak to|answer|reply to|respond to|get back to|asist|write to|mesage) (?:me|us)",
        "(?:<person>|some(?:one|body) (?:real|human|else)) (?:please |to |should |must |can |could )*help(?: me| us)?",
        "(?:(?<=^ )|(?<=please )|(?<=pls )|(?<=plz )|(?<= you )|(?<= u )|(?<=someone )|(?<=somebody )|(?<=you to )"
        "|(?<= and )|(?<=just )|(?<=so )|(?<=now )|(?<=to )|(?<=better ))(?:cal|phone|ring|telephone) me"
        "(?: back| up)?(?= $| now| please| pls| plz| asap| on| at| when| today| tomorow| imediately| later| right"
        "| urgent| urgently| soon| instead| this| [0-9]| you| i)",
        "(?:cal|get back to|ring|phone) me back(?= )",
        "(?:want|need|request|give me|get|expect|like) a (?:phone )?cal(?: ?back)?(?: from| now| please|(?= $))",
    ),
    set_aside=(
        "(?:travel|estate|letting|cleaning|bleaching|drying|foaming|setting|insurance|shipping|customs|secret|free"
        "|double|booking|ticket|delivery|purchasing|buying|bonding|chemical|polishing|active|drying) agents?",
        "agents? (?:orange|discount|comission|programe?|price|prices|rate)",
        "humans? (?:resources?|rights|hair|body|size|sized|anatomy|figure|shape|shaped|nature|form|touch|scale"
        "|friendly|contact with|consumption|eror)",
        "(?:per|in|third|each|every|single|tall|short|heavy|old|disabled|handed|elderly|one|two|three|four|five|six"
        "|[0-9]+|what kind of|kind of|average|same|right handed) (?:person|persons|humans?|people)",
        "(?:mobile|network|phone|tour|crane|machine|forklift|camera|cable) operator",
        "operators? (?:manual|licence|license|guide)",
        "(?:project|password|cable|property|wire|download|account) managers?",
        "managers? (?:chair|desk|job|special)",
        "(?:im|i am|we are|my|as|become|be|becoming|being|hes|shes) (?:a |an |the |your |our )?(?:store |sales |account )?"
        "(?:agents?|managers?|representatives?|rep|operators?|advisors?|supervisors?|human|person|owner)(?: myself)?",
        "(?:im|i am) not a (?:ro)?bot",
        "<desk> (?:was|is|has|were|hours|opening hours|job|policy|survey|award|sucks|gave|told|said|never)",
        "<not_this> (?:(?:really|actually|just|even|still|now|talking|speaking|chatting|to|with|a|an|the|real|live"
        "|actual|some|automated|bot|robot|or|ai|machine|not|like|this|you|only|chatbot|asking|if) ){0,7}"
        "(?:human being|humans?|person|people|agent|operator|someone|man|woman)",
        "(?:do|did|does|will|would|should|must) (?:i|it|you|we|they|the courier|one) (?:have to|need to|need)"
        "(?: <wish>){0,5} <who>",
        "(?:do not|dont|dnt|doesnt|didnt|did not|not|never|wont|wouldnt|would not|no)(?: (?:really|even|actually|yet))?"
        " (?:want|wana|ned|nead|wish|like|asking|loking|trying|plan|planing|have to|intend|prefer|going|gona|care)"
        "(?: <wish>){0,7} <who>",
        "(?:do not|dont|dnt|never|not|please dont|stop) (?:conect|transfer|put|pas|cal|caling|send|give|escalate|switch|hand"
        "|forward|bring|involve|phone|ring|get|direct|contact)(?: <wish>){0,6} (?:<who>|me)",
        "(?:no need|not necesary|unnecesary|pointles)(?: <wish>){0,6} <who>",
        "(?:rather not|prefer not|without|instead of|avoid|better not|hate|afraid of|scared of|shy)(?: <wish>){0,6} <who>",
        "no (?:<gap>)(?:<person>|suport) (?:neded|necesary|required|please|thanks)",
        "<person> (?:is |are |isnt |arent )?(?:not )?(?:neded|necesary|required)(?! now)",
        "(?:didnt|did not|never|not|wont|doesnt|will not) (?:cal|phone|ring) me",
    ),
)
