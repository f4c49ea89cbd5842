"""Which of the six languages a customer writes: a guess by script and by the small words of each."""
# ruff: noqa: E501 (lines of data)

from assistant.engine import Context
from assistant.words import words

LANGUAGES = ("en", "es", "pt", "ar", "hi", "id")

#: Words that one language uses all the time and the others do not, in plain form.
_TELLING = {
    "en": "the is are my what where when how can do does i you your it this that with have want need please hello hi hey thanks"
    " thank order shipping return refund from not will would and for to of yes why which who was did dont cant im its broken help"
    " u pls there been has ship delivery much long late money back gift card bye morning good",
    "es": "el la los las es esta estan mi donde cuando como puedo puede quiero necesito hola gracias pedido envio devolver y"
    " pero del una cuanto cual tengo tiene hay con por favor asesor agente adios buenos buenas dias tardes tarjeta reembolso"
    " ustedes usted llego llega cuesta que quisiera hasta pago pagar tienda sillas lampara roto rota muchas si quien eres",
    "pt": "o os as e esta meu minha onde quando como posso quero preciso ola oi obrigado obrigada pedido entrega devolver mas uma"
    " quanto qual tenho tem voce voces nao com por favor atendente tchau bom dia boa tarde noite cartao reembolso chegou"
    " custa que gostaria pagar loja cadeira quebrado quebrada muito sim quem ate pra para do da nas nos em foi meus isso eu",
    "hi": "hai hain kya mera meri mujhe kahan kaha kab kaise nahi nahin karna karni chahiye aap ap ka ki ke se ko main namaste"
    " dhanyavaad shukriya paisa wapas kitna kitne din mein raha rahi gaya gayi kar karo hoga ho tha thi insaan baat abhi bhai yaar"
    " hua toot aaya nhi mil milega alvida kaun",
    "id": "yang apa saya aku kamu anda di mana dimana kapan bagaimana gimana bisa mau ingin pesanan pesan kirim pengiriman terima"
    " kasih tidak gak nggak sudah belum dengan untuk dari ke ini itu dan berapa ada halo selamat pagi siang sore malam barang uang"
    " kembali rusak tolong kak dong ya nya makasih dadah ongkir sampai biaya siapa cs paket",
}
_TOLD_BY: dict[str, list[str]] = {}
for _code, _list in _TELLING.items():
    for _word in _list.split():
        _TOLD_BY.setdefault(_word, []).append(_code)
_LETTERS = {"ñ": "es", "¿": "es", "¡": "es", "ã": "pt", "õ": "pt", "ç": "pt"}


def language_of(text: str, default: str) -> str:
    """The language code of a text. `default` (a code or a locale such as `pt_BR`) where the text does not tell.

    Never raises. A default that is none of the six counts as English.
    """
    return _by_script(text) or _by_words(text, of_locale(default))


def spoken_in(context: Context) -> str:
    """Of what is unanswered; where that does not tell, of what the customer wrote before; else of the locale."""
    written = [line.body for line in context.history[-20:] if line.who == "user" and line.type == "text"]
    return language_of(context.question, language_of("\n".join(written), of_locale(context.locale)))


def of_locale(locale: str) -> str:
    """The language of a locale: `pt_BR` and `pt-br` are `pt`; what is not one of the six is `en`."""
    code = locale.replace("-", "_").partition("_")[0].strip().lower()
    code = {"in": "id"}.get(code, code)
    return code if code in LANGUAGES else "en"


def _by_script(text: str) -> str:
    start = text[:2_000]
    latin = sum(char.isascii() and char.isalpha() for char in start)
    arabic = sum("\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufefc" for char in start)
    hindi = sum("\u0900" <= char <= "\u097f" for char in start)
    if max(arabic, hindi) * 2 <= latin or not arabic + hindi:
        return ""
    return "ar" if arabic >= hindi else "hi"


def _by_words(text: str, default: str) -> str:
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for word in words(text[:2_000]):
        codes = _TOLD_BY.get(word, [])
        for code in codes:
            scores[code] += 1 / len(codes)
    for letter, code in _LETTERS.items():
        scores[code] += letter in text[:2_000].lower()
    best = max(scores.values())
    leaders = [code for code in LANGUAGES if scores[code] == best]
    return leaders[0] if best and len(leaders) == 1 else default
