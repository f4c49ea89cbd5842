"""Spanish."""
# ruff: noqa: E501 (lines of data)

TEXTS = {
    # after a handoff
    "connecting": "Te pongo en contacto con una persona de nuestro equipo, que tendrá todo el contexto.",
    "sees": "Podrá ver: {what}.",
    "sees_later": "Quien te responda tendrá todo el contexto y podrá ver: {what}.",
    "sees_comma": ", ",
    "sees_messages": "esta conversación",
    "sees_summary": "un resumen",
    "sees_order": "tu pedido {numbers}",
    "sees_orders": "tus pedidos {numbers}",
    "sees_error": "el código de error {codes}",
    "sees_image": "tu foto",
    "sees_images": "{count} fotos",
    "sees_video": "tu vídeo",
    "sees_videos": "{count} vídeos",
    "sees_audio": "tu grabación",
    "sees_audios": "{count} grabaciones",
    "sees_document": "tu documento",
    "sees_documents": "{count} documentos",
    "sees_location": "la ubicación que compartiste",
    "sees_locations": "{count} ubicaciones que compartiste",
    "sees_contact": "el contacto que compartiste",
    "sees_contacts": "{count} contactos que compartiste",
    # place in line
    "next_now": "Es tu turno: alguien te atenderá en un momento.",
    "next_minutes": "El siguiente turno es el tuyo; tardaremos unos {minutes}.",
    "next_long": "El siguiente turno es el tuyo, y lo siento: puede tardar más de una hora y media.",
    "next_free": "El siguiente turno es el tuyo. Te responderemos en cuanto alguien quede libre.",
    "place_minutes": "Tienes el número {place} en la fila; tardaremos unos {minutes}.",
    "place_long": "Tienes el número {place} en la fila, y lo siento: puede tardar más de una hora y media.",
    "place_free": "Tienes el número {place} en la fila. Te responderemos en cuanto alguien quede libre.",
    "minutes_2": "{count} minutos",
    "minutes_few": "{count} minutos",
    "minutes_many": "{count} minutos",
    "waiting_better": "Gracias por esperar.",
    "waiting_worse": "Lo siento: está tardando más de lo que te dije.",
    "waiting_again": "Alguien de nuestro equipo seguirá con esto y puede ver todo lo que hemos hablado.",
    "waiting_opened": "Nuestro equipo ya está de vuelta.",
    "waiting_closed": "Lo siento: nuestro equipo ha cerrado antes de que llegara tu turno. Conservas tu lugar en la fila.",
    "waiting_still": "Sí, ya he pasado tu mensaje: una persona te responderá aquí mismo.",
    # out of hours
    "away": "Nuestro equipo no está en este momento; volvemos {opening}.",
    "away_unknown": "Nuestro equipo no está en este momento. Todavía no puedo decirte cuándo volvemos; tu mensaje queda "
    "guardado para nosotros.",
    "away_ways": "Si no puede esperar: {ways}",
    "when_today": "hoy a las {time}",
    "when_tomorrow": "mañana a las {time}",
    "when_day": "el {day} a las {time}",
    "city_time": "hora de {city}",
    # while they wait
    "meanwhile_ask": "Siento que esté tardando tanto. ¿Quieres que intente ayudarte yo? Para eso saldrías de la fila, y "
    "puedes volver a pedir una persona cuando quieras.",
    "meanwhile_yes": "Sí, por favor",
    "meanwhile_no": "No, prefiero esperar",
    "meanwhile_stay": "De acuerdo, sigues en la fila.",
    "meanwhile_not": "Lo siento, ahora mismo no puedo hacerlo: sigues en la fila.",
    "silent_closed": "Siento que nadie haya podido responderte a tiempo. Como hace rato que no sabemos de ti, lo he cerrado "
    "por ahora: escribe otra vez y seguimos.",
    # call-back form
    "callback_start": "Siento que esté tardando tanto. Si quieres, déjame tus datos y nos pondremos en contacto contigo, "
    "así no tienes que esperar aquí.",
    "callback_way_out": "(Si prefieres esperar aquí, escribe «{cancel}»: conservas tu lugar.)",
    "callback_cancel": "cancelar",
    "callback_ask_name": "¿Qué nombre anoto?",
    "callback_ask_reach": "¿Qué teléfono o correo electrónico podemos usar?",
    "callback_ask_time": "¿Cuándo te viene bien? Por ejemplo: mañana por la tarde.",
    "callback_thanks": "Gracias, {name}.",
    "callback_name_wrong": "No he encontrado ningún nombre en tu mensaje.",
    "callback_phone_wrong": "Ese número de teléfono no parece completo: quizá falta una cifra o el prefijo del país, "
    "como +34.",
    "callback_email_wrong": "Esa dirección de correo no parece correcta: debería ser como nombre@ejemplo.com.",
    "callback_reach_wrong": "No he encontrado ningún teléfono ni correo electrónico en tu mensaje.",
    "callback_not_text": "Lo siento, solo puedo anotarlo si lo escribes.",
    "callback_left": "De acuerdo, lo dejamos. Sigues en la fila.",
    # tickets
    "ticket_opened": "Lo he anotado para nuestro equipo y tu número es {ticket}. Nuestra intención es responderte {when} a "
    "más tardar, aquí mismo.",
    "ticket_opened_no_time": "Lo he anotado para nuestro equipo y tu número es {ticket}. Todavía no puedo decirte cuándo "
    "tendrás respuesta; te llegará aquí mismo.",
    "ticket_call_back": "Gracias, lo he anotado todo y tu número es {ticket}. Nuestra intención es ponernos en contacto "
    "contigo {when} a más tardar, y el equipo sabe a qué hora te viene bien.",
    "ticket_call_back_no_time": "Gracias, lo he anotado todo y tu número es {ticket}. Todavía no puedo decirte cuándo nos "
    "pondremos en contacto contigo; el equipo sabe a qué hora te viene bien.",
    "ticket_meanwhile": "Mientras tanto puedes seguir preguntándome.",
    "ticket_closed": "Tu solicitud {ticket} está resuelta. Si queda algo pendiente, escríbenos aquí cuando quieras.",
    # how it was, at the close
    "rating_ask": "Hemos cerrado tu consulta. ¿Qué te pareció nuestra ayuda? Basta con un toque y nos sirve para mejorar. Si queda algo pendiente, escríbenos.",
    "rating_button": "Valorar la ayuda",
    "rating_5": "5 – muy buena",
    "rating_4": "4 – buena",
    "rating_3": "3 – normal",
    "rating_2": "2 – mala",
    "rating_1": "1 – muy mala",
    "rating_thanks": "Gracias por tu valoración. ¡Cuídate! Escríbenos cuando quieras.",
    "rating_sorry": "Gracias por decírnoslo, y sentimos que no haya ido mejor. Si queda algo pendiente, escríbenos aquí y seguimos con ello.",
}
