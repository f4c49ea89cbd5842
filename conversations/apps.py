from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import events  # noqa: F401 - registers them
        from conversations.defaults import create_defaults

        post_migrate.connect(create_defaults, sender=self)
