from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self):
        # Here because receivers need the models, which are loaded after this module.
        from analytics.receivers import read_what_was_said
        from escalations.signals import escalation_event_appended

        escalation_event_appended.connect(read_what_was_said, dispatch_uid="analytics.read_what_was_said")
