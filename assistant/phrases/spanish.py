"""How people ask for a person in Spanish."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="es",
    slots={
        "person": "asesora?|asesores|agentes?|persona|humano|humana|humanos|ser humano|operador|operadora"
        "|representante|ejecutiv[oa]|encargad[oa]|gerente|supervisora?|jefe|responsable|alguien|persona humana"
        "|(?:servicio|atencion) (?:al|a) clientes?|atencion humana|soporte humano|empleado|empleada|gente|tecnico"
        "|vendedora?|algun[ao]? (?:persona|humano|agente|asesor|operador)|uno de ustedes|alguno de ustedes|telefonista",
        "gap": "(?:(?:un|una|el|la|los|las|al|algun|alguna|su|tu|otro|otra|puto|puta|maldito|verdadera|verdadero|real"
        "|favor|por|con|porfa|porfavor|de|del|pinche|buen|le) ){0,4}",
        "talk": "(?:hablar|ablar|hable|hablo|hablarle|comunicar|comunicarme|contactar|contactarme|conversar|chatear"
        "|platicar|charlar|tratar|comunicarse|contacto|conectarme|conversacion|hablarlo)(?: (?:[a-z]+mente|directamente|ya|ahora"
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
        "(?:atendid|ayudad)[oa] por <gap><person>",
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
