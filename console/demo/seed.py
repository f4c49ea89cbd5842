"""Fills an empty desk with the demo shop. Running it again changes nothing that is there."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from assistant import demo as shop
from assistant.models import Order
from audit.actors import BOT, SYSTEM
from audit.record import record
from config import secrecy
from console.demo.office import furnish
from console.demo.stories import CONFIDENCE, INTENTS, STORIES, Moment
from conversations import intake, outbox, statuses, transcript
from conversations.events import CUSTOMER_CREATED
from conversations.identity import Sender
from conversations.models import Channel, Conversation, Customer, Identity, Message
from handoff import desk, handoffs, ratings, turns
from handoff.models import BotTurn, Handoff
from handoff.people import agent_save, team_ensure, teams
from handoff.resting import windows_expire
from sla.clocks import breaches_mark
from sla.models import MatrixRow
from whatsapp.accounts import cloud_account_save
from whatsapp.standin.demo import DEMO_STRANGER, DEMO_USERS, demo_number

PASSWORD = "baton-demo"  # noqa: S105 - printed at every start of the demo, which runs on this machine only
PEOPLE = (
    ("ana", "Ana Ferreira", "support", False, False),
    ("ben", "Ben Okafor", "support", False, False),
    ("lena", "Lena Brandt", "returns", False, False),
    ("sara", "Sara Holm", "support", True, False),
    ("admin", "Admin", "support", True, True),
)
#: Minutes to the first answer: (tier, topic, minutes); None is any.
MATRIX = (
    (None, None, 30),
    ("trade", None, 15),
    ("vip", None, 5),
    (None, "payments", 20),
    ("vip", "payments", 10),
    (None, "returns", 25),
)
Turn = BotTurn.Status
STRANGER = Sender(
    {Identity.Kind.BSUID: DEMO_STRANGER.bsuid, Identity.Kind.WA_ID: DEMO_STRANGER.wa_id}, DEMO_STRANGER.name
)


def seed(*, standin_url: str, now: datetime) -> bool:
    """Make the shop, its people and its past. Returns whether there was anything to make."""
    channel = _channel(standin_url, now)
    if Conversation.objects.filter(channel=channel).exists():
        return False
    _people(now)
    furnish(now=now)
    for tier, topic, minutes in MATRIX:
        wanted = {"first_response": timedelta(minutes=minutes)}
        MatrixRow.objects.get_or_create(tier_id=tier, topic_id=topic, defaults=wanted)
    shop.load_articles()
    _customers(channel, now)
    ana = User.objects.get(username="ana")
    for key, story in STORIES.items():
        _tell(channel, key, story, ana, now)
    windows_expire(now=now)
    breaches_mark(now=now)
    return True


def _channel(standin_url: str, now: datetime) -> Channel:
    """The demo's number. Its address at the stand-in follows the port of this start."""
    number = demo_number()
    account, _ = cloud_account_save(
        key=number.key, name=number.name, team=team_ensure(name="support", actor=SYSTEM, now=now),
        phone_number_id=number.phone_number_id, access_token=number.access_token, app_secrets=[number.app_secret],
        verify_token=number.verify_token, api_url=standin_url, business_account_id=number.business_account_id,
        actor=SYSTEM, now=now,
    )  # fmt: skip
    channel = account.channel
    if not channel.reengage_template:
        channel.business_name, channel.reengage_template = number.name, "reengage_update"
        channel.save(update_fields=["business_name", "reengage_template"])
    return channel


def _people(now: datetime) -> None:
    for username, name, team, supervisor, admin in PEOPLE:
        if User.objects.filter(username=username).exists():
            continue
        agent_save(
            username=username, full_name=name, password=PASSWORD, supervisor=supervisor, admin=admin,
            team=team_ensure(name=team, actor=SYSTEM, now=now), actor=SYSTEM, now=now,
        )  # fmt: skip


@transaction.atomic
def _customers(channel: Channel, now: datetime) -> None:
    for number, user in enumerate(DEMO_USERS, start=1):
        customer, created = Customer.objects.get_or_create(
            external_ref=f"L-{1000 + number}",
            defaults={"name": user.name, "tier_id": user.tier, "locale": user.locale, "created_at": now},
        )
        if not created:
            continue
        record(CUSTOMER_CREATED, stream=f"customer:{customer.pk}", actor=SYSTEM, now=now)
        _identity(channel, customer, Identity.Kind.BSUID, user.bsuid, now)
        if user.shares_phone:
            _identity(channel, customer, Identity.Kind.WA_ID, user.wa_id, now)
        _orders(customer, user.key, now)


def _identity(channel: Channel, customer: Customer, kind: Identity.Kind, value: str, now: datetime) -> None:
    Identity.objects.create(
        customer=customer, kind=kind, scope=channel.identity_scope, digest=secrecy.digest(f"{kind}:{value}"),
        value=value, valid_from=now,
    )  # fmt: skip


def _orders(customer: Customer, key: str, now: datetime) -> None:
    for order in shop.demo_orders():
        if order.customer != key:
            continue
        days = order.expected_in_days
        Order.objects.create(
            number=order.number, customer=customer, status=order.status, items=order.items,
            placed_on=(now - timedelta(days=order.days_ago)).date(),
            expected_on=None if days is None else (now + timedelta(days=days)).date(),
            tracking_url=order.tracking_url,
        )  # fmt: skip


def _tell(channel: Channel, key: str, story: tuple[Moment, ...], agent: User, now: datetime) -> None:
    sender = next((Sender({Identity.Kind.BSUID: user.bsuid}) for user in DEMO_USERS if user.key == key), STRANGER)
    pk = None
    for number, moment in enumerate(story):
        at = now - moment.ago
        if moment.step == "customer":
            pk = _customer_says(channel, sender, f"wamid.demo.{key}.{number}", moment.words, at).conversation_id
        elif moment.step == "rates":
            _rate(channel, sender, f"wamid.demo.{key}.{number}", moment.words, at)
            _deliver_at(pk, f"{key}.{number}", at)
        elif pk:
            _happen(pk, moment, INTENTS[key], agent, at)
            _deliver_at(pk, f"{key}.{number}", at)


@transaction.atomic
def _customer_says(channel: Channel, sender: Sender, provider_id: str, words: str, at: datetime) -> Message:
    incoming = intake.Incoming(
        provider_id=provider_id, sender=sender, sent_at=at, received_at=at, type="text", body=words
    )
    return intake.take(channel, incoming, now=at).message


@transaction.atomic
def _rate(channel: Channel, sender: Sender, provider_id: str, words: str, at: datetime) -> None:
    ratings.answered(_customer_says(channel, sender, provider_id, words, at), now=at)


@transaction.atomic
def _happen(pk: object, moment: Moment, intent: str, agent: User, at: datetime) -> None:
    conversation = transcript.lock(pk)
    evidence = {"intent": intent, "confidence": CONFIDENCE, "citations": []}
    match moment.step:
        case "bot":
            conversation.bot_turns.filter(status=Turn.SCHEDULED).update(status=Turn.REPLIED, finished_at=at)
            turns.answer(conversation, body=moment.words, evidence=evidence, now=at)
        case "asked" | "handoff":
            reason = Handoff.Reason.ASKED if moment.step == "asked" else Handoff.Reason.ENGINE
            handoffs.handoff_request(
                conversation, reason=reason, explanation=moment.words, evidence=evidence, actor=BOT,
                summary=moment.words, team=teams().filter(slug=moment.team).first(), now=at,
            )  # fmt: skip
        case "accept":
            desk.accept(conversation.pk, agent=agent, now=at)
        case "agent":
            desk.reply(conversation.pk, agent=agent, body=moment.words, now=at)
        case "note":
            desk.note(conversation.pk, agent=agent, body=moment.words, now=at)
        case "return":
            desk.release(conversation.pk, agent=agent, context=moment.words, now=at)
        case "close":
            desk.close(conversation.pk, agent=agent, resolution=moment.words, tag=moment.tag, ask_rating=True, now=at)


def _deliver_at(pk: object, name: str, at: datetime) -> None:
    """What was said in the past has long been read: nothing of it may leave again."""
    while message := outbox.claim_next(str(pk), now=at):
        provider_id = f"wamid.demo.out.{name}.{message.seq}"
        outbox.mark_accepted(message.pk, provider_id=provider_id, now=at)
        report = statuses.Report(provider_id=provider_id, status="read", at=at)
        statuses.apply(Message.objects.get(pk=message.pk), report, now=at)
