from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"

    def ready(self):
        # Here because receivers need the models, which are loaded after this module.
        from escalations.receivers import look_at_deadline, wake_webhooks
        from escalations.signals import deadline_near, escalation_event_appended

        escalation_event_appended.connect(wake_webhooks, dispatch_uid="escalations.wake_webhooks")
        deadline_near.connect(look_at_deadline, dispatch_uid="escalations.look_at_deadline")
