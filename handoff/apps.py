from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HandoffConfig(AppConfig):
    name = "handoff"
    verbose_name = "Handoff and teams"

    def ready(self) -> None:
        from handoff import events  # noqa: F401 - registers them
        from handoff.triggers.defaults import create_defaults

        post_migrate.connect(create_defaults, sender=self, dispatch_uid="handoff.triggers")
        from handoff import defaults_closing

        post_migrate.connect(defaults_closing.create_defaults, sender=self)
