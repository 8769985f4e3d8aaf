from django.apps import AppConfig


class HelpninjaConfig(AppConfig):
    name = "helpninja"
    verbose_name = "helpNINJA"
