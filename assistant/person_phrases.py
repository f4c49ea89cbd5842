"""How people ask for a person, per language: the data behind `person_request`.

Patterns are regular expressions over plain words with one space between them (see `words`), so they need no
case, accents or punctuation, and no doubled letters either. `<name>` stands for a slot; slots that end in a
space repeat. What `set_aside` matches is taken out before `asks` is tried.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """`alone`: words (comma separated) that ask by themselves, once `fillers` (space separated) are taken away."""

    language: str
    slots: dict[str, str]
    alone: str
    fillers: str
    asks: tuple[str, ...]
    set_aside: tuple[str, ...]


ENGLISH = Phrases(
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
        "not_this": "(?:am|are|was|were|is|r) (?:i|we|you|u|this|it|that|there|ya)|(?:you|u|this) (?:are|is|r)"
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
        "(?:hate|fed up with|sick of|tired of|enough of|done with|stop with|get rid of|turn off|disable|switch off)"
        " (?:this|the|these|your|talking to|a|stupid|with|you|dumb|fucking|all|speaking to){0,1}(?: [^ ]+)? ?<bot>",
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

SPANISH = Phrases(
    language="es",
    slots={
        "person": "asesora?|asesores|agentes?|persona|humano|humana|humanos|ser humano|operador|operadora"
        "|representante|ejecutiv[oa]|encargad[oa]|gerente|supervisora?|jefe|responsable|alguien|persona humana"
        "|(?:servicio|atencion) (?:al|a) clientes?|atencion humana|soporte humano|empleado|empleada|gente|tecnico"
        "|vendedora?|algun[ao]? (?:persona|humano|agente|asesor|operador)|uno de ustedes|alguno de ustedes|telefonista",
        "gap": "(?:(?:un|una|el|la|los|las|al|algun|alguna|su|tu|otro|otra|puto|puta|maldito|verdadera|verdadero|real"
        "|favor|por|con|porfa|porfavor|de|del|pinche|buen|le) ){0,4}",
        "talk": "(?:hablar|ablar|hable|hablo|hablarle|comunicar|comunicarme|contactar|contactarme|conversar|chatear"
        "|platicar|charlar|tratar|comunicarse|contacto|conectarme|conversacion|hablarlo)(?: (?:directamente|ya|ahora"
        "|urgente|por favor|mejor)){0,2} (?:con|a|al)",
        "move": "pas[ea](?:me|nme|rme|n)?|pasarme|comuniq?u?(?:ue|e|ca|en)(?:me|nme)?|comunicame|conect[ea](?:n)?me"
        "|conectar|transfier[ea](?:n)?me|transferir(?:me)?|transferirme|deriv[ea](?:n)?me|derivar|ponme|pongame|poner(?:me)?"
        "|me (?:pasas?|pasan|pase|pasen|comunicas?|comunican|comunique|conectas?|conecte|transfieres?|transfiera"
        "|derivas?|pones|pueden? (?:pasar|comunicar|conectar|transferir|derivar|poner)"
        "|puedes (?:pasar|comunicar|conectar|transferir|derivar|poner)|podrias? (?:pasar|comunicar|poner))",
        "want": "quiero|kiero|quisiera|necesito|nesecito|necesitamos|deme|dame|denme|exijo|pido|solicito|requiero|busco"
        "|prefiero|ponme|pongame|queria|me gustaria(?: tener)?|mandame|llame a|llama a|llamen a",
        "bot": "bots?|robots?|maquinas?|chatbots?|contestadora|ia|inteligencia artificial|grabacion",
        "wish": "(?:hablar|que|me|con|un|una|a|al|el|la|de|ser|pasar|pasen|pase|comunicar|contactar|ningun|ninguna"
        "|transfieran|transferir|llame|llamen|tener|atienda|ver|nada|chatear|otro|otra|esperar|real|ahora|comunicarme)",
        "real": "real|de verdad|verdadera|verdadero|de carne y hueso|humana|viva",
    },
    alone="asesor,asesora,asesores,agente,agentes,persona,humano,humana,ser humano,operador,operadora,representante"
    ",ejecutivo,ejecutiva,encargado,gerente,supervisor,alguien,servicio al cliente,atencion al cliente,persona real"
    ",persona humana,humanos,atencion humana,agente humano,operador humano,llamada",
    fillers="hola por favor porfa porfavor pf pls plis please ya ahora un una el la al con quiero necesito dame deme"
    " hablar urgente buenas buenos dias tardes si ok mierda joder carajo cono de una vez pero solo real verdad quisiera"
    " gracias algun inmediatamente mismo puta maldita sea coño que verga hostia vez",
    asks=(
        "<talk> <gap><person>",
        "<move>(?: (?:ya|ahora|por favor|porfa|favor|directo|a|de)){0,3} (?:con|a|al) <gap><person>",
        "<want>(?: (?:ya|ahora|por favor|solo|a|ver|tener)){0,2} <gap><person>(?! (?:para|de viajes|que mida|en la foto"
        "|inmobiliario))",
        "(?:que )?(?:me )?(?:atienda|ayude|llame|conteste|responda|contacte|escriba|llamen|contacten|hable|resuelva)"
        " <gap><person>",
        "<person> (?:<real> )?(?:que )?(?:me|nos) (?:atienda|ayude|llame|conteste|responda|contacte|escriba|pueda ayudar"
        "|entienda|explique|resuelva|puede (?:atender|llamar|contestar|ayudar|contactar|responder))",
        "(?:hay|habra|esta) (?:alguien|algun humano|alguna persona|algun asesor|algun agente|un humano|una persona|un asesor)"
        "(?: (?:ahi|real|humano|disponible|del otro lado|vivo|que|con|detras|para|por|conectado)|(?= $))",
        "(?:persona|alguien|agente|humano|asesor) (?:<real>|ya|ahora|por favor|porfa|urgente)",
        "(?:alguien|persona) (?:real|humano|humana|de verdad|de su equipo|del equipo)",
        "(?:no|ni|sin|basta de|harto de|harta de|cansado de|odio|odio a|odio los|paren el|para el)(?: (?:quiero|hablar|con|un"
        "|una|el|la|mas|este|esta|los|las|a|estos|necesito|me|sirve|hablando|pongan|pongas|eres|seguir|puto|maldito"
        "|otro|al|tus|sus|hable|hablo|voy|perder|tiempo|tratar)){0,6} <bot>(?! (?:aspirador|de cafe|de coser))",
        "(?:(?<=^ )|(?<=favor )|(?<=porfa )|(?<=que )|(?<=ya )|(?<=pueden )|(?<=mejor )|(?<=y )|(?<=pls ))"
        "(?:llam[ae](?:n)?me|lamen?me|me llamen|me llame alguien|me llaman|llamarme|me llamas|me pueden llamar"
        "|puede(?:n|s)? llamarme|podrian? llamarme)(?! [a-z]+a$)(?= $| ya| al| ahora| por| a | cuando| hoy| manana"
        "| urgente| de| [0-9]| para| pls)",
        "(?:quiero|necesito|exijo|solicito) (?:una|que me) (?:llamada|llamen|llame|devuelvan la llamada)",
    ),
    set_aside=(
        "agentes? (?:de viajes?|de limpieza|limpiador|inmobiliari[oa]|de seguros|de aduanas?|quimico|secreto|blanqueador)",
        "(?:recursos|derechos) humanos",
        "(?:cuerpo|cabello|pelo|tamano|error) humano",
        "(?:por|para|en|una sola|cada|dos|tres|cuatro|[0-9]+|primera|tercera) (?:una |la |otra |cada )?personas?",
        "(?:soy|eres|sos|es|estoy hablando con|hablo con|estas|es usted|soy un|eres un) (?:un |una |el |la |usted )?"
        "(?:humano|humana|persona|robot|bot|agente|persona real|ser humano|asesora?|alguien|maquina)(?: (?:real|o un bot"
        "|o un robot|o una maquina|de viajes|o humano|o persona|o una persona|humana|de verdad))?",
        "(?:bot|robot|maquina) o (?:un |una )?(?:humano|persona)",
        "no (?:quiero|necesito|deseo|quisiera|hace falta|me|es necesario|pretendo|busco)(?: <wish>){0,6} <person>",
        "(?:sin|evitar|en vez de|prefiero no|en lugar de)(?: <wish>){0,5} <person>",
        "no (?:me )?(?:llam[ea](?:n|s)?(?:me)?|llamo|pas[ea]n?(?:me)?|comuniquen?|transfieran?)(?: <wish>){0,4}(?: <person>)?",
        "(?:repartidor|mensajero|transportista) (?:no )?(?:me )?(?:llame|llamo|llama)",
        "(?:atencion|servicio) (?:al|a) clientes? (?:fue|es|muy|excelente|horario|abre|me dijo)",
    ),
)

PORTUGUESE = Phrases(
    language="pt",
    slots={
        "person": "atendentes?|humano|humana|humanos|pessoa|ser humano|agentes?|operadora?|operador|representante|alguem"
        "|gerente|supervisora?|responsavel|atendimento humano|atendimento ao cliente|consultora?|vendedora?|funcionari[oa]"
        "|gente|sac|suporte humano|especialista|assessor|tecnico|um de voces|alguem de voces|equipe|time de suporte",
        "gap": "(?:(?:um|uma|o|a|os|as|algum|alguma|seu|sua|outro|outra|verdadeiro|verdadeira|real|por|favor|pfv|com|de"
        "|do|da|porra|no|na|pelo|pela|teu) ){0,4}",
        "talk": "(?:falar|flar|fala|falo|converso|conversar|conversa|contatar|contato|bater papo|tratar|comunicar"
        "|contactar|teclar)(?: (?:diretamente|agora|logo|ja|direto|por favor)){0,2} (?:com|c|cm|ao|a|no)",
        "move": "(?:me )?(?:passa|passe|passar|passem|transfere|transfira|transferir|transferem|conecta|conecte|conectar"
        "|encaminha|encaminhe|encaminhar|direciona|direcione|direcionar|coloca|coloque|bota|chama|chame|chamar|chamem"
        "|manda|liga|redireciona)(?:(?: me)|(?: isso)|(?: meu caso))?",
        "want": "quero|kero|queria|gostaria de(?: um)?|preciso(?: de)?|precisava(?: de)?|exijo|solicito|prefiro|me da|me de"
        "|me arruma|necessito(?: de)?|cade|cad[eê]|pode chamar|chama|chame",
        "bot": "bots?|robos?|robo|maquinas?|chatbots?|ia|inteligencia artificial|gravacao|atendimento automatico",
        "wish": "(?:falar|que|me|com|um|uma|o|a|de|ser|passar|passe|contatar|nenhum|nenhuma|transferir|ligue|ligar|ter"
        "|outro|outra|ver|chamar|esperar|real|conversar|ninguem|do|da)",
        "real": "real|de verdade|verdadeira|verdadeiro|de carne e osso|humana|humano|viva",
    },
    alone="atendente,atendentes,humano,humana,pessoa,ser humano,agente,operador,operadora,representante,alguem,gerente"
    ",supervisor,supervisora,atendimento humano,atendimento,sac,atendente humano,agente humano,pessoa real,suporte"
    ",consultor,vendedor,humanos,ligacao",
    fillers="oi ola por favor pf pfv pfvr pls please ja agora um uma o a com quero preciso de me da falar urgente bom dia"
    " boa tarde noite sim ok merda porra caralho real verdade so mas gostaria queria obrigado obrigada algum logo"
    " imediatamente mesmo gente moço moça cade cacete puta que pariu vez",
    asks=(
        "<talk> <gap><person>",
        "<move>(?: (?:ja|agora|por favor|logo|direto)){0,2} (?:com|para|pra|pro|a|ao|p|um|uma|o|pros|alguem) ?<gap><person>?",
        "<want>(?: (?:ja|agora|por favor|so|um)){0,2} <gap><person>(?! (?:para|de viagens|imobiliario))",
        "(?:que )?(?:me )?(?:atenda|ajude|ligue|responda|contate|escreva|retorne|resolva|explique) <gap><person>",
        "<person> (?:<real> )?(?:que |pra |para |pode )?(?:me|nos) (?:atenda|atender|ajude|ajudar|ligue|ligar|responda"
        "|responder|contate|escreva|entenda|explique|retorne|atende|liga)",
        "(?:tem|ha|existe|esta) (?:alguem|algum humano|alguma pessoa|algum atendente|um humano|uma pessoa|um atendente"
        "|atendente|gente)(?: (?:ai|real|humano|disponivel|do outro lado|vivo|que|online|pra|para|por|de verdade)|(?= $))",
        "(?:pessoa|alguem|agente|humano|atendente) (?:<real>|ja|agora|por favor|pfv|urgente)",
        "(?:nao|nem|sem|chega de|cansei de|odeio|cansado de|cansada de|parem com|para com)(?: (?:quero|falar|com|um|uma"
        "|o|a|mais|este|esse|essa|esta|os|preciso|de|conversar|falando|seja|aguento|vou|perder|tempo|outro|aguento"
        "|bendito|maldito|porra)){0,6} <bot>(?! (?:aspirador|de cafe|de costura|de lavar))",
        "(?:(?<=^ )|(?<=favor )|(?<=pfv )|(?<=que )|(?<=ja )|(?<=podem )|(?<=pode )|(?<=poderia )|(?<=alguem )|(?<=e ))"
        "(?:me (?:liga|ligue|liguem|ligar|ligam|telefone|telefona|ligarem)|liga pra mim|ligue para mim|ligar para mim"
        "|liguem para mim|ligar pra mim)(?= $| ja| agora| por| a | quando| hoje| amanha| urgente| de| no| [0-9]| pfv| aqui)",
        "(?:quero|preciso|exijo|solicito)(?: de)? (?:uma ligacao|que me liguem|que me ligue)",
    ),
    set_aside=(
        "agentes? (?:de viagens|de viagem|de limpeza|imobiliari[oa]|de seguros|quimico|secreto|alvejante)",
        "(?:recursos|direitos) humanos",
        "(?:corpo|cabelo|tamanho|erro) humano",
        "(?:por|para|pra|em|cada|duas|dois|tres|quatro|uma so|[0-9]+|primeira|terceira) (?:uma |a |outra |cada )?pessoas?"
        "(?= $| como| que| mede| alta| e )",
        "(?:duas|tres|quatro|[0-9]+|cada|por) pessoas?",
        "(?:sou|es|e|voce e|vc e|estou falando com|to falando com|estou|falo com|tu es|isso e) (?:um |uma |o |a )?"
        "(?:humano|humana|pessoa|robo|bot|agente|pessoa real|ser humano|atendente|alguem|maquina)(?: (?:real|ou um bot"
        "|ou robo|ou um robo|ou uma maquina|de verdade|ou humano|ou pessoa|ou uma pessoa|humana|de viagens))?",
        "(?:bot|robo|maquina) ou (?:um |uma )?(?:humano|pessoa)",
        "nao (?:quero|preciso|desejo|gostaria|e necessario|precisa|pretendo)(?: <wish>){0,6} <person>",
        "(?:sem|evitar|em vez de|prefiro nao)(?: <wish>){0,5} <person>",
        "nao (?:me )?(?:ligue|liguem|liga|ligou|passe|passa|transfira|transfere)(?: <wish>){0,4}(?: <person>)?",
        "(?:entregador|motorista|carteiro|transportadora) (?:nao )?(?:me )?(?:ligue|ligou|liga)",
        "(?:atendimento|sac) (?:ao cliente )?(?:foi|e|muito|excelente|horario|abre|me disse)",
        "(?:horario|horarios) (?:de|do) (?:atendimento|sac)",
    ),
)

from assistant.person_phrases_more import ARABIC, FRENCH, GERMAN, HINDI, INDONESIAN  # noqa: E402

ALL = (ENGLISH, SPANISH, PORTUGUESE, ARABIC, HINDI, INDONESIAN, FRENCH, GERMAN)
