"""Portuguese."""
# ruff: noqa: E501 (lines of data)

TEXTS = {
    # after a handoff
    "connecting": "Estou colocando você em contato com uma pessoa da nossa equipe, que terá todo o contexto.",
    "sees": "Ela poderá ver: {what}.",
    "sees_later": "Quem responder terá todo o contexto e poderá ver: {what}.",
    "sees_comma": ", ",
    "sees_messages": "esta conversa",
    "sees_summary": "um resumo",
    "sees_order": "o seu pedido {numbers}",
    "sees_orders": "os seus pedidos {numbers}",
    "sees_error": "o código de erro {codes}",
    "sees_image": "a sua foto",
    "sees_images": "{count} fotos",
    "sees_video": "o seu vídeo",
    "sees_videos": "{count} vídeos",
    "sees_audio": "a sua gravação",
    "sees_audios": "{count} gravações",
    "sees_document": "o seu documento",
    "sees_documents": "{count} documentos",
    "sees_location": "a localização que você enviou",
    "sees_locations": "{count} localizações que você enviou",
    "sees_contact": "o contato que você enviou",
    "sees_contacts": "{count} contatos que você enviou",
    # place in line
    "next_now": "A próxima vez é a sua, e alguém já vai falar com você.",
    "next_minutes": "A próxima vez é a sua; deve levar cerca de {minutes}.",
    "next_long": "A próxima vez é a sua, e peço desculpas: pode levar mais de uma hora e meia.",
    "next_free": "A próxima vez é a sua. Vamos responder assim que alguém estiver livre.",
    "place_minutes": "Você é o número {place} da fila; deve levar cerca de {minutes}.",
    "place_long": "Você é o número {place} da fila, e peço desculpas: pode levar mais de uma hora e meia.",
    "place_free": "Você é o número {place} da fila. Vamos responder assim que alguém estiver livre.",
    "minutes_2": "{count} minutos",
    "minutes_few": "{count} minutos",
    "minutes_many": "{count} minutos",
    "waiting_better": "Obrigado por esperar.",
    "waiting_worse": "Peço desculpas: está demorando mais do que eu disse.",
    "waiting_again": "Alguém da nossa equipe vai continuar com isso e pode ver tudo o que já foi dito.",
    "waiting_opened": "Nossa equipe está de volta.",
    "waiting_closed": "Peço desculpas: nossa equipe fechou antes da sua vez. Você mantém o seu lugar na fila.",
    "waiting_still": "Sim, já passei adiante: uma pessoa vai responder você aqui mesmo.",
    # out of hours
    "away": "Nossa equipe não está no momento; voltamos {opening}.",
    "away_unknown": "Nossa equipe não está no momento. Ainda não sei dizer quando voltamos; a sua mensagem fica guardada "
    "para nós.",
    "away_ways": "Se não puder esperar: {ways}",
    "when_today": "hoje às {time}",
    "when_tomorrow": "amanhã às {time}",
    "when_day": "{day} às {time}",
    "city_time": "horário de {city}",
    # while they wait
    "meanwhile_ask": "Peço desculpas pela demora. Quer que eu mesmo tente ajudar? Para isso você sairia da fila, e pode "
    "pedir uma pessoa de novo a qualquer momento.",
    "meanwhile_yes": "Sim, por favor",
    "meanwhile_no": "Não, vou esperar",
    "meanwhile_stay": "Tudo bem, você continua na fila.",
    "meanwhile_not": "Peço desculpas, agora não consigo fazer isso: você continua na fila.",
    "silent_closed": "Peço desculpas por ninguém ter respondido a tempo. Como faz um tempo que não temos notícias suas, "
    "encerrei por enquanto: escreva de novo e continuamos.",
    # call-back form
    "callback_start": "Peço desculpas pela demora. Se quiser, deixe os seus dados e entraremos em contato, assim você não "
    "precisa esperar aqui.",
    "callback_way_out": "(Se preferir esperar aqui, escreva “{cancel}”: você mantém o seu lugar.)",
    "callback_cancel": "cancelar",
    "callback_ask_name": "Que nome posso anotar?",
    "callback_ask_reach": "Que telefone ou e-mail podemos usar?",
    "callback_ask_time": "Quando é melhor para você? Por exemplo: amanhã à tarde.",
    "callback_thanks": "Obrigado, {name}.",
    "callback_name_wrong": "Não encontrei um nome na sua mensagem.",
    "callback_phone_wrong": "Esse número de telefone não parece completo: talvez falte um dígito ou o código do país, como "
    "+55.",
    "callback_email_wrong": "Esse e-mail não parece certo: deveria ser como nome@exemplo.com.",
    "callback_reach_wrong": "Não encontrei um telefone nem um e-mail na sua mensagem.",
    "callback_not_text": "Desculpe, só consigo anotar se você escrever.",
    "callback_left": "Tudo bem, deixei isso de lado. Você continua na fila.",
    # tickets
    "ticket_opened": "Anotei tudo para a nossa equipe, e o seu número é {ticket}. Queremos responder no máximo {when}, aqui "
    "mesmo.",
    "ticket_opened_no_time": "Anotei tudo para a nossa equipe, e o seu número é {ticket}. Ainda não sei dizer quando você "
    "terá uma resposta; ela virá aqui mesmo.",
    "ticket_call_back": "Obrigado, anotei tudo, e o seu número é {ticket}. Queremos falar com você no máximo {when}, e a "
    "equipe sabe qual horário é melhor para você.",
    "ticket_call_back_no_time": "Obrigado, anotei tudo, e o seu número é {ticket}. Ainda não sei dizer quando entraremos em "
    "contato; a equipe sabe qual horário é melhor para você.",
    "ticket_meanwhile": "Enquanto isso, pode continuar me perguntando.",
    "ticket_closed": "A sua solicitação {ticket} está resolvida. Se algo ainda estiver em aberto, escreva para nós aqui a "
    "qualquer momento.",
    # how it was, at the close
    "rating_ask": "Encerramos o seu atendimento. O que achou da nossa ajuda? Basta um toque, e isso nos ajuda a melhorar. Se algo ficou pendente, é só escrever.",
    "rating_button": "Avaliar a ajuda",
    "rating_5": "5 – muito boa",
    "rating_4": "4 – boa",
    "rating_3": "3 – regular",
    "rating_2": "2 – ruim",
    "rating_1": "1 – muito ruim",
    "rating_thanks": "Obrigado por avaliar. Até mais, e escreva sempre que precisar.",
    "rating_sorry": "Obrigado por nos contar, e sentimos muito que não tenha sido melhor. Se algo ficou pendente, escreva aqui e continuamos.",
}
