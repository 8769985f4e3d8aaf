from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "helpninja.common"
    label = "common"
    verbose_name = "Access"
