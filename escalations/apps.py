from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"

    def ready(self):
        # Here because receivers need the models, which are loaded after this module.
        from agents.signals import presence_changed
        from escalations.receivers import (
            look_at_deadline,
            offer_to_whoever_came,
            wake_dispatcher,
            wake_webhooks,
        )
        from escalations.signals import deadline_near, escalation_event_appended

        escalation_event_appended.connect(wake_webhooks, dispatch_uid="escalations.wake_webhooks")
        escalation_event_appended.connect(wake_dispatcher, dispatch_uid="escalations.wake_dispatcher")
        deadline_near.connect(look_at_deadline, dispatch_uid="escalations.look_at_deadline")
        presence_changed.connect(offer_to_whoever_came, dispatch_uid="escalations.offer_to_whoever_came")
