"""Greetings, thanks, goodbyes and "who are you": messages that hold nothing else."""
# ruff: noqa: E501 (lines of data)

import re
from typing import Literal

from assistant.words import fold, squeeze, words

Kind = Literal["greeting", "thanks", "goodbye", "identity"]

#: In order of weight: "hi, thanks, are you a bot?" is about who we are.
_PHRASES: dict[Kind, str] = {
    "identity": "are you a bot|are you a robot|are you human|are you a human|are you a real person|are you real|is this a bot"
    "|are you an ai|are you ai|am i talking to a bot|am i talking to a human|am i talking to a person|am i talking to a robot"
    "|am i talking to a real person|is this a real person|is this automated|who are you|what are you|who is this|are you a person"
    "|are you a machine|or a bot|or a human|or a person|or a robot|or bot|or human|r u a bot|r u human|r u a real person"
    "|are you chatgpt|is this a human|are you a chatbot|whats your name|what is your name|eres un bot|eres un robot|eres humano"
    "|eres humana|eres una persona|eres una persona real|eres una maquina|quien eres|con quien hablo|estoy hablando con un robot"
    "|estoy hablando con una persona|como te llamas|o un bot|o un robot|o humano|o una persona|quem e voce|voce e um robo"
    "|voce e um bot|voce e humano|voce e uma pessoa|voce e real|qual e o seu nome|com quem eu falo|vc e um robo|ou um robo"
    "|ou humano|estou falando com um robo|هل انت بوت|هل انت روبوت|هل انت انسان|من انت|انت بوت|انت روبوت|مين انت|هل هذا روبوت"
    "|انت انسان|هل هذا بوت|ام روبوت|ام بوت|ام انسان|क्या आप बॉट हैं|क्या आप इंसान हैं|आप कौन हैं|क्या आप रोबोट हैं|आप कौन हो"
    "|क्या आप मशीन हैं|kya aap bot ho|kya aap bot hai|kya aap insaan ho|aap kaun ho|aap kaun hai|kya aap robot ho|siapa kamu"
    "|kamu siapa|kamu bot|apakah kamu bot|apakah kamu manusia|apakah anda bot|apakah anda robot|ini bot|ini robot|kamu robot"
    "|kamu orang atau bot|apakah ini bot|kamu manusia|siapa ini|atau bot|apakah anda manusia|ini siapa",
    "goodbye": "bye|bye bye|goodbye|good bye|see you|see ya|good night|cya|take care|thats all|that is all|nothing else|adios|hasta luego"
    "|chao|chau|nos vemos|hasta pronto|eso es todo|tchau|ate logo|ate mais|adeus|e so isso|so isso|مع السلامه|وداعا|الي اللقاء|باي"
    "|अलविदा|फिर मिलेंगे|बाय|alvida|phir milenge|sampai jumpa|dadah|selamat tinggal|itu saja|have a nice day|have a good day",
    "thanks": "thanks|thank you|thank u|thankyou|thx|thnx|ty|tysm|cheers|much appreciated|appreciate it|many thanks|perfect|great|awesome"
    "|got it|cool|nice|that helps|you helped|gracias|muchas gracias|mil gracias|genial|perfecto|obrigado|obrigada|muito obrigado"
    "|muito obrigada|valeu|brigado|brigada|perfeito|شكرا|شكرا جزيلا|شكرا لك|مشكور|تسلم|يعطيك العافيه|धन्यवाद|शुक्रिया|बहुत धन्यवाद"
    "|थैंक यू|थैंक्स|dhanyavad|dhanyawad|shukriya|terima kasih|makasih|thanks ya|trims|terimakasih|tengkyu|mantap|👍|🙏|❤|😊|👌",
    "greeting": "hi|hello|hey|hiya|heya|howdy|yo|good morning|good afternoon|good evening|good day|greetings|how are you|whats up|sup"
    "|hi there|hola|buenas|buenos dias|buenas tardes|buenas noches|que tal|como estas|oi|ola|bom dia|boa tarde|boa noite|tudo bem"
    "|e ai|مرحبا|السلام عليكم|السلام عليكم ورحمه الله وبركاته|اهلا|اهلا وسهلا|هلا|صباح الخير|مساء الخير|هاي|सुप्रभात|नमस्ते|नमस्कार"
    "|हेलो|हैलो|हाय|namaste|namaskar|halo|hai|selamat pagi|selamat siang|selamat sore|selamat malam|permisi|assalamualaikum|pagi"
    "|siang|sore|malam|can you help me|i have a question|tengo una pregunta|i need help|help|ayuda|ajuda|bantuan|मदद|مساعده|start",
}
_FILLERS = (
    "there you so much very a lot for your help the and everyone team again all ok okay yes no oh just please sir madam dear kak min mas"
    " mbak bro guys all por toda tu su ayuda y pela pelo ajuda e por atas bantuannya ya aap ji bhai ka का के लिए मदद आपकी जी يا اخي علي"
    " aapki help me can u banget sekali really actually wait then tan que muy hm hmm now bot today to hi"
)


def _form(text: str) -> str:
    return squeeze(" ".join(words(text))) or fold(text)


def _pattern(phrases: str) -> re.Pattern[str]:
    longest_first = sorted({_form(phrase) for phrase in phrases.split("|")}, key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join(map(re.escape, longest_first)) + ")(?= )")


_PATTERNS = {kind: _pattern(phrases) for kind, phrases in _PHRASES.items()}
_FILLER_FORMS = frozenset(_form(word) for word in _FILLERS.split())
_SIGNS = re.compile("[👍🙏❤😊👌]")


def small_talk(text: str) -> Kind | None:
    """What kind of small talk the whole text is, or None where it holds anything more. Never raises."""
    said = f" {squeeze(' '.join(words(text)))} "
    if said.isspace():
        return "thanks" if _SIGNS.search(text[:100]) else None
    kinds: list[Kind] = []
    for kind, pattern in _PATTERNS.items():
        said, count = pattern.subn("*", said)
        kinds += [kind] * bool(count)
    rest = [word for word in said.replace("*", " ").split() if word not in _FILLER_FORMS]
    return kinds[0] if kinds and not rest else None
