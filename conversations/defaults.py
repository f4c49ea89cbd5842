"""The tiers and topics every desk starts with. Made after migrate where there are none; the admin's word stays."""

from typing import Any

TIERS = (("vip", "VIP", 10), ("trade", "Trade", 20), ("retail", "Retail", 30))
TOPICS = (
    ("orders", "Orders and delivery", "order_question order_status"),
    ("returns", "Returns and refunds", "return_question"),
    ("payments", "Payments", "payment_question"),
    ("products", "Products", "product_question"),
    ("account", "Account", "account_question"),
    ("other", "Other", ""),
)


def create_defaults(using: str, **_: Any) -> None:
    """Connected to post_migrate, as Django makes its permissions."""
    from conversations.models import Tier, Topic

    if not Tier.objects.using(using).exists():
        Tier.objects.using(using).bulk_create(Tier(code=code, name=name, rank=rank) for code, name, rank in TIERS)
    if not Topic.objects.using(using).exists():
        Topic.objects.using(using).bulk_create(
            Topic(code=code, name=name, intents=intents) for code, name, intents in TOPICS
        )
