from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WhatsAppConfig(AppConfig):
    name = "whatsapp"
    verbose_name = "WhatsApp"

    def ready(self) -> None:
        from whatsapp import events  # noqa: F401 - registers them
        from whatsapp.templates.locales import create_defaults

        post_migrate.connect(create_defaults, sender=self)
