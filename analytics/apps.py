from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class AnalyticsConfig(AppConfig):
    """Hears what was said, and puts the triggers that mark changes in their place after migrations."""

    name = "analytics"

    def ready(self) -> None:
        # Here because receivers need the models, which are loaded after this module.
        from analytics.receivers import read_what_was_said
        from escalations.signals import escalation_event_appended

        escalation_event_appended.connect(read_what_was_said, dispatch_uid="analytics.read_what_was_said")
        pre_migrate.connect(_before_migrations, sender=self)
        post_migrate.connect(_after_migrations, sender=self)


def _before_migrations(using: str, plan: Any = None, **_: Any) -> None:
    from analytics.marking import remove  # needs the models too

    if plan and connections[using].vendor == "sqlite":
        remove(using)


def _after_migrations(using: str, plan: Any = None, **_: Any) -> None:
    """Not after a flush, which leaves triggers where they are and has no plan."""
    from analytics.marking import install  # needs the models too

    if plan is not None:
        install(using)
