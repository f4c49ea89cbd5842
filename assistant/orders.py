"""The customer's own orders. Another customer's order and one that does not exist get the same words."""
# ruff: noqa: E501 (lines of data)

import re
from datetime import date
from uuid import UUID

from assistant.models import Order
from assistant.texts import day, text
from assistant.words import fold, plain

#: Orders of one customer that are looked through, the newest first.
MOST_ORDERS = 200
#: Orders told about in one answer.
MOST_TOLD = 3
_OPEN = (Order.Status.PAID, Order.Status.SHIPPED)

_PREFIXED = re.compile(r"(?<![^\W_])([a-z])[\s–—-]{0,2}(\d{4,10})(?!\d)")
_NAMED = re.compile(
    r"(?:order|orden|pedido|pesanan|compra|طلب|طلبي|الطلب|ऑर्डर|number|numero|nomor|nomer|no|nr|#)"
    r"(?:\s?(?:number|numero|nomor|no|nr|رقم|नंबर|id))?[\s.:#°º-]{0,4}(\d{4,10})(?!\d)"
)
_BARE = re.compile(r"(?<![\d+])(\d{4,8})(?!\d)")

_THING = (
    "(?:orders?|parcels?|package|packages|delivery|shipment|lamp|chairs?|stuff|things?|items?|it|purchase|box|pan|table|goods"
    "|products?)"
)
_STATUS = re.compile(
    "|".join(
        f"(?:(?<= )(?:{pattern})(?= ))"
        for pattern in (
            rf"(?:where|wheres|were) (?:the hell |on earth |the fuck |the heck )?(?:is|are|r|s)? ?(?:my|the|our|me)(?: [^ ]+)? {_THING}",
            rf"wheres (?:my|the|our) (?:[^ ]+ )?{_THING}",
            rf"(?:track|trace|locate|status of|status on|status for|update on|news on|news about|news of|check|check on|follow|eta for"
            rf"|eta of|whereabouts of) (?:on )?(?:my|the|our|an|this) (?:[^ ]+ )?{_THING}",
            rf"when (?:will|does|is|do|can|should|wil) (?:i get |i receive |i expect )?(?:my|the|our|it) ?(?:[^ ]+ )?(?:{_THING} )?"
            r"(?:be here|arrive|arriving|come|coming|be delivered|get here|ship|shipping|delivered|going to arrive|due|here)?",
            rf"(?:my|the|our) (?:[^ ]+ )?{_THING} (?:still )?(?:hasnt|has not|didnt|did not|havent|is not|isnt|never|not|not yet)"
            r" (?:even |been |yet )?(?:arrived?|come|came|delivered|here|shipped|showed up|received|turned up)",
            rf"(?:still )?(?:waiting for|not received|havent received|havent got|never received|didnt receive|never got|didnt get)"
            rf" (?:my|the|our) (?:[^ ]+ )?{_THING}",
            rf"(?:has|did) my {_THING} (?:been )?(?:shipped|sent|ship|left|dispatched|arrived|delivered)",
            "(?:my )?order status|status order|status pesanan|my orders|tracking number|did you send my order",
            "(?:donde|por donde|en donde) (?:esta|anda|va|viene|queda) (?:mi|el|mis) (?:pedido|paquete|orden|compra|envio|lampara|silla)",
            "cuando (?:llega|llegara|va a llegar|me llega|recibo|recibire) (?:mi |el )?(?:pedido|paquete|orden|compra|envio)",
            "(?:estado|seguimiento|rastrear|rastreo) (?:de |del )?(?:mi |el )?(?:pedido|paquete|orden|compra|envio)",
            "mi (?:pedido|paquete|orden|compra) (?:no|todavia no|aun no|nunca) (?:me )?(?:ha llegado|llega|llego)",
            "no (?:me )?(?:ha llegado|llego|he recibido|recibi) (?:mi |el )?(?:pedido|paquete|orden|compra)",
            "(?:onde|cade|por onde) (?:esta|ta|anda|fica)? ?(?:o )?(?:meu|o|a minha|minha) (?:pedido|pacote|encomenda|compra)",
            "quando (?:chega|vai chegar|recebo|chegara) (?:o )?(?:meu |minha |a minha )?(?:pedido|pacote|encomenda|compra)",
            "(?:status|rastrear|acompanhar|rastreio|situacao) (?:do |da |o |de )?(?:meu |minha )?(?:pedido|pacote|encomenda|compra)",
            "(?:meu|minha) (?:pedido|pacote|encomenda|compra) (?:ainda )?(?:nao|nunca) (?:chegou|foi entregue|veio)",
            "(?:nao recebi|nao chegou) (?:ainda )?(?:o )?(?:meu|minha|a minha) (?:pedido|pacote|encomenda|compra)",
            "(?:اين|وين|فين|متي يصل|متي يوصل|متي سيصل|حاله|تتبع|ما حاله|وصل) (?:هو )?(?:طلبي|طلبيتي|الطلب|شحنتي|طردي|الاوردر|اوردري)",
            "(?:طلبي|شحنتي|طردي|الطلب) (?:لم|ما|لسه ما|لسا ما) (?:يصل|وصل|وصلني|يصلني)",
            "لم يصل(?:ني)? (?:طلبي|طردي|شحنتي)",
            "(?:मेरा|मेरे) (?:ऑर्डर|पार्सल|सामान|पैकेज)(?: का| की| के| कब| अभी| तक| अब)* (?:कहां|कहाँ|कब|स्टेटस|स्थिति|नहीं आया|नहीं पहुंचा|नही आया"
            "|आएगा|पहुंचेगा)",
            "ऑर्डर (?:का |की )?(?:स्टेटस|स्थिति|ट्रैक)",
            "mera (?:order|parcel|saman|package)(?: ka| kab| abhi| tak| ab)* (?:kahan|kaha|kab|status|nahi aaya|nhi aaya|aayega|ayega|kidhar)",
            "(?:pesanan|paket|orderan|barang|order) (?:saya|aku|ku|gue|gw|kita) (?:sudah |udah |lagi |sekarang |ada )*(?:di mana|dimana|mana|sampai mana"
            "|sampai|belum sampai|belum datang|blm sampai|kapan|kok belum|belum)",
            "(?:di mana|dimana|mana|kapan|status|lacak|cek|melacak) (?:sih |ya |kah )?(?:pesanan|paket|orderan|barang|order|pesananku)(?: saya| aku| ku| gue)?"
            "(?: sampai| datang| tiba)?",
        )
    )
)


def asks_status(question: str) -> bool:
    """Whether the customer asks where an order is."""
    return bool(_STATUS.search(f" {' '.join(word for word in plain(question).split() if word not in '.,')} "))


def numbers_in(question: str) -> list[str]:
    """The order numbers a text names, as `B-10234` or bare digits, in the order they stand; at most five."""
    folded = fold(question)
    found = [(match.start(), f"{match[1]}-{match[2]}".upper()) for match in _PREFIXED.finditer(folded)]
    digits = {number.partition("-")[2] for _, number in found}
    found += [(match.start(1), match[1]) for match in _NAMED.finditer(folded) if match[1] not in digits]
    return list(dict.fromkeys(number for _, number in sorted(found)))[:5]


def bare_numbers_in(question: str) -> list[str]:
    """Digits that could be an order number where they are one of the customer's; they may be anything else."""
    return list(dict.fromkeys(_BARE.findall(fold(question))))[:5]


def orders_of(customer_id: UUID) -> list[Order]:
    """The customer's orders, the newest first."""
    return list(Order.objects.filter(customer_id=customer_id)[:MOST_ORDERS])


def matching(orders: list[Order], number: str) -> Order | None:
    """The one of these orders that this number names."""
    return next((order for order in orders if _key(number) in (_key(order.number), _digits(order.number))), None)


def _key(number: str) -> str:
    return "".join(char for char in number.casefold() if char.isalnum())


def _digits(number: str) -> str:
    return "".join(char for char in number if char.isdigit())


def named_answer(orders: list[Order], numbers: list[str], language: str, today: date) -> str:
    """What can be said about each number; `orders` are the customer's own, so nobody else's can be told."""
    told = []
    for number in numbers[:MOST_TOLD]:
        order = matching(orders, number)
        told.append(order_answer(order, language, today) if order else text("order_unknown", language, number=number))
    return "\n\n".join(dict.fromkeys(told))[:900]


def latest_answer(orders: list[Order], language: str, today: date) -> str:
    """About the orders under way, or the last one where none is; or that there are none."""
    under_way = [order for order in orders if order.status in _OPEN][:MOST_TOLD]
    told = under_way or orders[:1]
    if not told:
        return text("order_none", language)
    return "\n\n".join(order_answer(order, language, today) for order in told)[:900]


def order_answer(order: Order, language: str, today: date) -> str:
    """Where this order stands, when it should come, and where to follow it; at most 280 characters and its items."""
    items = order.items if len(order.items) <= 80 else f"{order.items[:79]}…"
    said = [text(f"order_{order.status}", language, number=order.number, items=items)]
    if order.status in _OPEN and order.expected_on:
        key = "order_expected" if order.expected_on >= today else "order_overdue"
        said.append(text(key, language, day=day(order.expected_on, language)))
    if order.status == Order.Status.SHIPPED and order.tracking_url and len(order.tracking_url) <= 120:
        said.append(text("order_tracking", language, url=order.tracking_url))
    return " ".join(said)
