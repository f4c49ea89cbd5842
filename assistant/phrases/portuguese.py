"""How people ask for a person in Portuguese."""
# ruff: noqa: E501 (lines of data)

from assistant.phrases.form import Phrases

PHRASES = Phrases(
    language="pt",
    slots={
        "person": "atendentes?|humano|humana|humanos|pessoa|ser humano|agentes?|operadora?|operador|representante|alguem"
        "|gerente|supervisora?|responsavel|atendimento humano|atendimento ao cliente|consultora?|vendedora?|funcionari[oa]"
        "|gente|sac|suporte humano|especialista|assessor|tecnico|um de voces|alguem de voces|equipe|time de suporte",
        "gap": "(?:(?:um|uma|o|a|os|as|algum|alguma|seu|sua|outro|outra|verdadeiro|verdadeira|real|por|favor|pfv|com|de"
        "|do|da|porra|no|na|pelo|pela|teu) ){0,4}",
        "talk": "(?:falar|flar|fala|falo|converso|conversar|conversa|contatar|contato|bater papo|tratar|comunicar"
        "|contactar|teclar)(?: (?:[a-z]+mente|diretamente|agora|logo|ja|direto|por favor)){0,2} (?:com|c|cm|ao|a|no)",
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
        "(?:atendid|ajudad)[oa] por <gap><person>",
        "<move>(?: (?:ja|agora|por favor|logo|direto)){0,2} (?:com|para|pra|pro|a|ao|p|um|uma|o|pros) <gap><person>",
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
        "(?= como| que| mede| alta| e )",
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
