"""The tiers and topics every desk starts with; both can be edited in the admin."""

from django.db import migrations

TIERS = [("vip", "VIP", 10), ("trade", "Trade", 20), ("retail", "Retail", 30)]
TOPICS = [("orders", "Orders and delivery"), ("returns", "Returns and refunds"), ("payments", "Payments"),
          ("products", "Products"), ("account", "Account"), ("other", "Other")]


def create(apps, schema_editor):
    apps.get_model("conversations", "Tier").objects.bulk_create(
        [apps.get_model("conversations", "Tier")(code=code, name=name, rank=rank) for code, name, rank in TIERS]
    )
    apps.get_model("conversations", "Topic").objects.bulk_create(
        [apps.get_model("conversations", "Topic")(code=code, name=name) for code, name in TOPICS]
    )


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
