"""Whether a customer may be written to, and their own words about it. Every word is kept, with its evidence.

WhatsApp asks for an opt-in before a business writes first, and for opt-outs to be honoured wherever they are said
(WhatsApp Business messaging policy, 2026-09-23). Answering a matter that the customer opened by writing to us, and
that is still open, is not writing first: for that the utility templates are, and only an opt-out forbids them.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import events
from conversations.models import Consent, Conversation, Customer
from conversations.states import State

Kind, Source = Consent.Kind, Consent.Source
MARKETING = frozenset({"MARKETING", "MARKETING_LITE"})
#: Words about the same thing: of these the latest is in force.
MATTERS = ((Kind.OPT_IN, Kind.OPT_OUT), (Kind.MARKETING_STOP, Kind.MARKETING_RESUME))

#: Whole messages, case and punctuation aside, that stop everything; and that allow it again.
STOP_WORDS = frozenset({
    "stop", "stop all", "unsubscribe", "opt out", "optout", "stopp", "abmelden", "baja", "darme de baja", "désabonner",
    "desabonner", "arrêter", "arret", "cancelar inscrição", "sair", "berhenti",
    "إيقاف", "الغاء الاشتراك", "إلغاء الاشتراك", "बंद करो", "बंद करें",
})  # fmt: skip
START_WORDS = frozenset({"start", "subscribe", "unstop", "opt in", "optin", "anmelden", "alta", "mulai", "ابدأ"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a customer: what, through what, which wording it answered, and when."""

    kind: Consent.Kind
    source: Consent.Source
    at: datetime
    text_version: str = ""
    evidence: str = ""


def keyword(body: str) -> Consent.Kind | None:
    """What a message says about being written to, if it says nothing else."""
    plain = unicodedata.normalize("NFC", body).lower().strip(" .!?¡¿؟।\"'“”*")
    said = " ".join(plain.split())
    if said in STOP_WORDS:
        return Kind.OPT_OUT
    return Kind.OPT_IN if said in START_WORDS else None


def consent_record(customer: Customer, word: Word, *, now: datetime, by: User | None = None) -> Consent:
    """Keep the customer's word and follow it from now on. In the caller's transaction. An older word than one that
    is in force is kept and changes nothing."""
    kept = Consent.objects.create(
        customer=customer, kind=word.kind, source=word.source, text_version=word.text_version[:64],
        evidence=word.evidence[:300], at=word.at, recorded_by=by,
    )  # fmt: skip
    _follow(customer, word, kept)
    actor = Actor.human(by) if by else Actor.customer(customer.pk) if word.source != Source.PROVIDER else SYSTEM
    record(events.CONSENT, stream=f"customer:{customer.pk}", actor=actor, now=now,
           payload={"kind": str(word.kind), "words": word.kind.label, "source": word.source.label,
                    "text_version": kept.text_version, "at": word.at.isoformat()})  # fmt: skip
    return kept


def _follow(customer: Customer, word: Word, kept: Consent) -> None:
    customer.refresh_from_db(fields=["opted_in_at", "opted_out_at", "marketing_stopped_at"])
    about = next(kinds for kinds in MATTERS if word.kind in kinds)
    if customer.consents.filter(kind__in=about, at__gt=word.at).exclude(pk=kept.pk).exists():
        return
    match word.kind:
        case Kind.OPT_IN:
            customer.opted_in_at, customer.opted_out_at = word.at, None
        case Kind.OPT_OUT:
            customer.opted_out_at, customer.opted_in_at = word.at, None
        case Kind.MARKETING_STOP:
            customer.marketing_stopped_at = word.at
        case Kind.MARKETING_RESUME:
            customer.marketing_stopped_at = None
    customer.save(update_fields=["opted_in_at", "opted_out_at", "marketing_stopped_at"])


def obstacle(conversation: Conversation, *, category: str, now: datetime) -> str:
    """Why a template of this category must not go to this customer, in words; empty where it may."""
    customer = conversation.customer
    wrote = conversation.last_customer_at
    if customer.opted_out_at and (wrote is None or customer.opted_out_at >= wrote):
        return "the customer asked not to be written to"
    if category in MARKETING and (customer.marketing_stopped_at or customer.opted_out_at):
        return "the customer wants no marketing"  # an opt-out, too, that a later question has not taken back
    if customer.opted_in_at or conversation.window_is_open(now):
        return ""
    if category in MARKETING or wrote is None or conversation.state == State.CLOSED:
        return "the customer has not agreed to be written to first: record their consent before you do"
    return ""
