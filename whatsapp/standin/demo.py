"""The demo's invented cast: eight customers with phones, and the business number they write to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from config import secret_store
from whatsapp.standin.client import StandinClient
from whatsapp.standin.phones import Network, Number, User


@dataclass(frozen=True)
class DemoUser:
    key: str
    name: str
    tier: str
    locale: str
    wa_id: str
    bsuid: str
    phrases: tuple[str, ...]
    shares_phone: bool = True
    username: str = ""


@dataclass(frozen=True)
class DemoNumber:
    """The desk's number in the demo. The secrets are made at the first start and kept in DATA_DIR."""

    phone_number_id: str
    key: str
    name: str
    display: str
    access_token: str
    app_secret: str
    verify_token: str
    business_account_id: str = "555010900000001"


DEMO_USERS = [
    DemoUser(
        key="maya",
        name="Maya Lindqvist",
        tier="retail",
        locale="en",
        wa_id="15550100101",
        bsuid="US.90010000000000000101",
        phrases=("Hello", "Where is my order?", "How do returns work?", "I want to talk to a person"),
    ),
    DemoUser(
        key="jonas",
        name="Jonas Hartwell",
        tier="trade",
        locale="en",
        wa_id="447700900102",
        bsuid="GB.90010000000000000102",
        username="jonas.builds",
        shares_phone=False,
        phrases=(
            "Good morning",
            "Is my trade order on its way?",
            "Can I pay by invoice?",
            "I want to talk to a person",
        ),
    ),
    DemoUser(
        key="lucia",
        name="Lucía Ferrer",
        tier="retail",
        locale="es",
        wa_id="15550100103",
        bsuid="US.90010000000000000103",
        phrases=("Hola", "¿Dónde está mi pedido?", "¿Cómo devuelvo un producto?", "Quiero hablar con una persona"),
    ),
    DemoUser(
        key="omar",
        name="عمر الحداد",
        tier="vip",
        locale="ar",
        wa_id="15550100104",
        bsuid="US.90010000000000000104",
        phrases=("مرحبا", "أين طلبي؟", "كيف أعيد منتجًا؟", "أريد التحدث مع شخص"),
    ),
    DemoUser(
        key="priya",
        name="प्रिया नायर",
        tier="retail",
        locale="hi",
        wa_id="15550100105",
        bsuid="US.90010000000000000105",
        phrases=("नमस्ते", "मेरा ऑर्डर कहाँ है?", "सामान कैसे लौटाऊँ?", "मुझे किसी व्यक्ति से बात करनी है"),
    ),
    DemoUser(
        key="rafael",
        name="Rafael Moreira",
        tier="trade",
        locale="pt_BR",
        wa_id="15550100106",
        bsuid="US.90010000000000000106",
        username="rafa.moreira",
        phrases=("Olá", "Onde está meu pedido?", "Como faço uma devolução?", "Quero falar com uma pessoa"),
    ),
    DemoUser(
        key="dewi",
        name="Dewi Lestari",
        tier="retail",
        locale="id",
        wa_id="15550100107",
        bsuid="US.90010000000000000107",
        phrases=(
            "Halo",
            "Di mana pesanan saya?",
            "Bagaimana cara mengembalikan barang?",
            "Saya ingin bicara dengan orang",
        ),
    ),
    DemoUser(
        key="noor",
        name="Noor Whitcombe",
        tier="vip",
        locale="en",
        wa_id="447700900108",
        bsuid="GB.90010000000000000108",
        phrases=("Hi there", "When will my delivery arrive?", "I was charged twice", "I want to talk to a person"),
    ),
]

#: Has a phone too, but the shop does not know this person.
DEMO_STRANGER = DemoUser(
    key="kai",
    name="Kai",
    tier="retail",
    locale="en",
    wa_id="15550100199",
    bsuid="US.90010000000000000199",
    phrases=("Hello", "What are your opening hours?", "Do you ship abroad?", "I want to talk to a person"),
)
EVERYBODY = [*DEMO_USERS, DEMO_STRANGER]


def demo_number() -> DemoNumber:
    """The same number with the same secrets at every call in one DATA_DIR."""
    return DemoNumber(
        phone_number_id="555010000000001",
        key="demo",
        name="Demo shop",
        display="+1 555 010 0000",
        access_token=secret_store.get(settings.DATA_DIR, "demo-access-token"),
        app_secret=secret_store.get(settings.DATA_DIR, "demo-app-secret"),
        verify_token=secret_store.get(settings.DATA_DIR, "demo-verify-token"),
    )


def register_demo(
    client: StandinClient, *, baton_url: str = "", last_written: Mapping[str, datetime] | None = None
) -> None:
    """Make the demo's number and customers known to a running stand-in. Safe to repeat.

    `last_written`: when each customer (by key) last wrote, so that windows open in Baton are open there too.
    """
    number = demo_number()
    client.put_number(
        number.phone_number_id,
        key=number.key,
        access_token=number.access_token,
        app_secret=number.app_secret,
        display=number.display,
        baton_url=baton_url,
        name=number.name,
    )
    for user in EVERYBODY:
        client.put_user(
            user.key,
            name=user.name,
            bsuid=user.bsuid,
            wa_id=user.wa_id,
            username=user.username,
            shares_phone=user.shares_phone,
        )
    for key, at in (last_written or {}).items():
        client.put_window(number.phone_number_id, key, at=at)


def fill(network: Network, *, baton_url: str) -> None:
    """The same, from within the stand-in's own process."""
    kept = demo_number()
    number = Number(kept.key, kept.access_token, kept.app_secret, kept.display, baton_url, kept.name)
    network.add_number(kept.phone_number_id, number)
    for user in EVERYBODY:
        network.add_user(user.key, User(user.name, user.bsuid, user.wa_id, user.username, user.shares_phone))
