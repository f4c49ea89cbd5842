from django.apps import AppConfig


class HandoffConfig(AppConfig):
    name = "handoff"
    verbose_name = "Handoff and teams"

    def ready(self) -> None:
        from handoff import events  # noqa: F401 - registers them
