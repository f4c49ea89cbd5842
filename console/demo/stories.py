"""What has happened at Linden & Co. before the newcomer looks: one story for each state of a conversation."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Step = Literal["customer", "bot", "asked", "handoff", "accept", "agent", "note", "return", "close", "rates"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a story: how long ago, what happened, the words; the tag of a closing, the team of a handoff that
    does not go where the rules would send it."""

    ago: timedelta
    step: Step
    words: str = ""
    tag: str = ""
    team: str = ""


def _minutes(ago: float, step: Step, words: str = "") -> Moment:
    return Moment(timedelta(minutes=ago), step, words)


def _hours(ago: float, step: Step, words: str = "", *, tag: str = "", team: str = "") -> Moment:
    return Moment(timedelta(hours=ago), step, words, tag, team)


#: By the demo user's key. Maya has no story: she is the phone a newcomer picks up first.
STORIES: dict[str, tuple[Moment, ...]] = {
    "jonas": (
        _minutes(52, "customer", "Morning. Do you give trade customers an invoice with 30 days?"),
        _minutes(
            51.9,
            "bot",
            "Yes. Trade accounts can pay by invoice within 30 days. Choose “Invoice” at the checkout, or ask us to "
            "add it to your account.",
        ),
        _minutes(50, "customer", "Perfect, thanks"),
        _minutes(49.9, "bot", "You are welcome. Just write if there is anything else."),
    ),
    "lucia": (
        _minutes(6, "customer", "Hola, la vajilla que recibí llegó con dos platos rotos"),
        _minutes(5.9, "bot", "Siento mucho lo de los platos. ¿Puede decirme el número de pedido?"),
        _minutes(4, "customer", "B-10229. Prefiero hablar con una persona, por favor"),
        _minutes(3.9, "asked", "The customer asked for a person: “hablar con una persona”."),
    ),
    "omar": (
        _minutes(13, "customer", "مرحبا، تم خصم المبلغ مرتين من بطاقتي"),
        _minutes(12.8, "handoff", "A double charge on a card is nothing the assistant may judge"),
        _minutes(9, "customer", "هل من أحد هنا؟"),
    ),
    "priya": (
        _minutes(41, "customer", "मेरा ऑर्डर B-10243 कब आएगा? मुझे तीन दिन में चाहिए, घर पर शादी है"),
        _minutes(40.8, "handoff", "The customer needs the order earlier than promised"),
        _minutes(37, "accept"),
        _minutes(36, "agent", "Hello Priya, this is Ana. I am asking our warehouse whether B-10243 can leave today."),
        _minutes(35, "note", "Warehouse can send it by express today, free of charge: @sara agreed."),
        _minutes(33, "agent", "Good news: B-10243 leaves today by express and arrives the day after tomorrow."),
        _minutes(30, "customer", "ठीक है, धन्यवाद"),
        _minutes(29, "agent", "My pleasure, Priya. I will write as soon as the carrier has it."),
    ),
    "rafael": (
        _hours(30, "customer", "Olá, preciso da segunda via da nota fiscal do pedido B-10232"),
        _hours(29.99, "handoff", "The customer needs a document the assistant cannot make", team="support"),
        _hours(29.9, "accept"),
        _hours(29.8, "agent", "Bom dia, Rafael. Acabei de enviar a nota fiscal para o seu e-mail cadastrado."),
        _hours(29.7, "customer", "Recebi, muito obrigado!"),
        _hours(29.6, "close", "Sent a copy of the invoice", tag="solved"),
        _hours(29.5, "rates", "5"),
        #: A trade customer's payment goes to the accounts, who work by tickets.
        _hours(3, "customer", "Olá de novo. A nota fiscal saiu com o CNPJ antigo, podem corrigir?"),
        _hours(2.99, "handoff", "An invoice must be made out anew, which is for the accounts"),
    ),
    "dewi": (
        _hours(27, "customer", "Halo, apakah kursi Alder masih tersedia warna hijau?"),
        _hours(26.99, "bot", "Kursi Alder tersedia dalam warna hijau, kayu alami, dan hitam."),
    ),
    "noor": (
        _minutes(55, "customer", "Hi, can somebody from the showroom help me with my bedside table?"),
        _minutes(54.9, "handoff", "The customer wants to collect an order, which no article covers"),
        _minutes(52, "accept"),
        _minutes(51, "agent", "Hello Noor, this is Ana. You can collect it from tomorrow, 10:00 to 18:00."),
        _minutes(49, "customer", "Lovely, thank you"),
        _minutes(48, "agent", "See you then."),
        _minutes(47, "return", "Collection from the showroom is agreed, from tomorrow."),
        _minutes(46.9, "bot", "All agreed: your bedside table is ready for you in the showroom from tomorrow."),
    ),
    #: Not a customer of the shop: a number nobody knows.
    "stranger": (
        _minutes(18, "customer", "Hello, do you have a shop in town?"),
        _minutes(17.9, "bot", "Yes: our showroom is open Monday to Saturday, 10:00 to 18:00."),
    ),
}

#: How sure the assistant said it was, for the record of each story's answers.
CONFIDENCE = 0.86
INTENTS = {
    "jonas": "payment_question",
    "lucia": "return_question",
    "omar": "payment_question",
    "priya": "order_question",
    "rafael": "payment_question",
    "dewi": "product_question",
    "noor": "product_question",
    "stranger": "shop_question",
}
