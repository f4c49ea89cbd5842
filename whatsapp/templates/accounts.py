"""Which business account a channel's templates belong to. Several channels may share one account, and its templates."""

from django.db.models import QuerySet

from conversations.models import Channel
from whatsapp.models import CloudAccount, MessageTemplate, TwilioAccount
from whatsapp.templates.refusals import TemplateRefused


def account_ref_of(channel: Channel) -> str:
    """The provider's id of the account. Raises TemplateRefused, saying the mend, where the channel has none."""
    if channel.provider == "cloud":
        ref = CloudAccount.objects.filter(channel=channel).values_list("business_account_id", flat=True).first()
        mend = "Enter its WhatsApp business account ID (WABA) in the admin, under Channels."
    elif channel.provider == "twilio":
        ref = TwilioAccount.objects.filter(channel=channel).values_list("account_sid", flat=True).first()
        mend = "Enter its Twilio account in the admin, under Channels."
    else:
        raise TemplateRefused("template_missing", f"{channel.name} sends through a provider without templates.")
    if not ref:
        raise TemplateRefused("template_missing", f"The templates of {channel.name} are not known. {mend}")
    return ref


def templates_of(channel: Channel) -> QuerySet[MessageTemplate]:
    """Every template of the channel's account, whatever its status. Raises TemplateRefused as `account_ref_of`."""
    return MessageTemplate.objects.filter(provider=channel.provider, account_ref=account_ref_of(channel))


def channels_of(provider: str, account_ref: str) -> QuerySet[Channel]:
    """The channels that can send this account's templates, the oldest first."""
    path = {"cloud": "cloud__business_account_id", "twilio": "twilio__account_sid"}.get(provider)
    if path is None or not account_ref:
        return Channel.objects.none()
    return Channel.objects.filter(provider=provider, **{path: account_ref}).order_by("pk")


def channels_with_templates() -> list[Channel]:
    """One active channel for each account that has templates: the account's oldest."""
    active = Channel.objects.filter(is_active=True, provider__in=["cloud", "twilio"]).order_by("pk")
    found: dict[tuple[str, str], Channel] = {}
    for channel in active.select_related("cloud", "twilio"):
        try:
            found.setdefault((channel.provider, account_ref_of(channel)), channel)
        except TemplateRefused:
            continue
    return list(found.values())


def stream_of(provider: str, account_ref: str) -> str:
    """The chain in the audit trail where the account's templates stand: its oldest channel's."""
    channel = channels_of(provider, account_ref).first()
    return f"channel:{channel.key}" if channel else f"templates:{account_ref}"
