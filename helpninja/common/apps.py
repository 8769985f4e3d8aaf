from django.apps import AppConfig

# SQLite learns percentiles with each connection, before anything could ask for one.
from helpninja.common import percentiles  # noqa: F401


class CommonConfig(AppConfig):
    """Its section of the admin holds keys and audit, hence the name."""

    name = "helpninja.common"
    label = "common"
    verbose_name = "Access"
