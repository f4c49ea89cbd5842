"""English."""

TEXTS = {
    # after a handoff
    "connecting": "I am connecting you with a specialist who has the full context.",
    "sees": "They will see: {what}.",
    "sees_later": "Whoever answers you will have the full context and see: {what}.",
    "sees_comma": ", ",
    "sees_messages": "this conversation",
    "sees_summary": "a summary",
    "sees_order": "your order {numbers}",
    "sees_orders": "your orders {numbers}",
    "sees_error": "the error code {codes}",
    "sees_image": "your photo",
    "sees_images": "{count} photos",
    "sees_video": "your video",
    "sees_videos": "{count} videos",
    "sees_audio": "your recording",
    "sees_audios": "{count} recordings",
    "sees_document": "your document",
    "sees_documents": "{count} documents",
    "sees_location": "the location you shared",
    "sees_locations": "{count} locations you shared",
    "sees_contact": "the contact you shared",
    "sees_contacts": "{count} contacts you shared",
    # place in line
    "next_now": "You are next, and somebody will be with you in a moment.",
    "next_minutes": "You are next in line; it takes about {minutes}.",
    "next_long": "You are next in line, and I am sorry: it may take more than an hour and a half.",
    "next_free": "You are next in line. We will answer as soon as somebody is free.",
    "place_minutes": "You are number {place} in line; it takes about {minutes}.",
    "place_long": "You are number {place} in line, and I am sorry: it may take more than an hour and a half.",
    "place_free": "You are number {place} in line. We will answer as soon as somebody is free.",
    "minutes_2": "{count} minutes",
    "minutes_few": "{count} minutes",
    "minutes_many": "{count} minutes",
    "waiting_better": "Thank you for waiting.",
    "waiting_worse": "I am sorry: it takes longer than I told you.",
    "waiting_again": "Somebody from our team will go on with this, and sees everything said so far.",
    "waiting_opened": "Our team is back.",
    "waiting_closed": "I am sorry: our team has closed before it was your turn. You keep your place in line.",
    "waiting_still": "Yes, I have passed it on: a person will answer you right here.",
    # out of hours
    "away": "Our team is away now; we open again {opening}.",
    "away_unknown": "Our team is away now. I cannot tell you yet when we open again; your message is kept for us.",
    "away_ways": "If it cannot wait: {ways}",
    "when_today": "today at {time}",
    "when_tomorrow": "tomorrow at {time}",
    "when_day": "on {day} at {time}",
    "city_time": "{city} time",
    # while they wait
    "meanwhile_ask": "I am sorry that it takes so long. Shall I try to help you myself? You would leave the line for "
    "that, and can ask for a person again at any time.",
    "meanwhile_yes": "Yes, please",
    "meanwhile_no": "No, I will wait",
    "meanwhile_stay": "All right, you stay in line.",
    "meanwhile_not": "I am sorry, I cannot do that right now: you stay in line.",
    "silent_closed": "I am sorry that nobody could answer you in time. As we have not heard from you for a while, I "
    "have closed this for now: write again and we continue.",
    # call-back form
    "callback_start": "I am sorry that it takes so long. Leave your details if you like and we will get back to you, "
    "so that you need not wait here.",
    "callback_way_out": "(If you would rather wait here, write “{cancel}”: you keep your place.)",
    "callback_cancel": "cancel",
    "callback_ask_name": "What name may I note?",
    "callback_ask_reach": "Which phone number or e-mail address may we use?",
    "callback_ask_time": "When does it suit you? For example: tomorrow afternoon.",
    "callback_thanks": "Thank you, {name}.",
    "callback_name_wrong": "I could not find a name in that.",
    "callback_phone_wrong": "That does not look like a whole phone number: perhaps a digit is missing, or the country "
    "code, such as +34.",
    "callback_email_wrong": "That e-mail address does not look right: it should be like name@example.com.",
    "callback_reach_wrong": "I could not find a phone number or an e-mail address in that.",
    "callback_not_text": "I am sorry, I can take that down only if you write it.",
    "callback_left": "All right, I have dropped that. You stay in line.",
    # tickets
    "ticket_opened": "I have written it down for our team, and your number is {ticket}. We aim to answer you {when} at "
    "the latest, right here.",
    "ticket_opened_no_time": "I have written it down for our team, and your number is {ticket}. I cannot tell you yet "
    "when you will have an answer; it will come right here.",
    "ticket_call_back": "Thank you, I have noted it all, and your number is {ticket}. We aim to get back to you {when} "
    "at the latest, and the team knows what time suits you.",
    "ticket_call_back_no_time": "Thank you, I have noted it all, and your number is {ticket}. I cannot tell you yet "
    "when we will get back to you; the team knows what time suits you.",
    "ticket_meanwhile": "Meanwhile you can go on asking me.",
    "ticket_closed": "Your request {ticket} is settled. If anything is still open, write to us here at any time.",
    # how it was, at the close
    "rating_ask": "We have closed your request. How was our help? One tap is enough, and it helps us get better. If "
    "something is still open, just write.",
    "rating_button": "Rate our help",
    "rating_5": "5 – very good",
    "rating_4": "4 – good",
    "rating_3": "3 – all right",
    "rating_2": "2 – poor",
    "rating_1": "1 – very bad",
    "rating_thanks": "Thank you for telling us. Take care, and write any time.",
    "rating_sorry": "Thank you for telling us, and we are sorry that it was not better. If something is still open, "
    "write here and we will go on with it.",
}
