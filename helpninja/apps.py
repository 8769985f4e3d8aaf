from celery.signals import beat_init, worker_init
from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class HelpninjaConfig(AppConfig):
    name = "helpninja"
    verbose_name = "helpNINJA"

    def ready(self):
        if settings.PRODUCTION:
            worker_init.connect(_refuse_unmigrated)
            beat_init.connect(_refuse_unmigrated)


def _refuse_unmigrated(**kwargs):
    """Celery logs what a receiver raises and goes on; only SystemExit ends the process."""
    from helpninja.health import refuse_unmigrated  # models can't be imported before the apps are ready

    try:
        refuse_unmigrated()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
