import base64
import secrets
from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from escalations.enums import EventKind
from helpninja.common.ids import public_id
from helpninja.common.validators import validate_string_list


def new_secret() -> str:
    """A signing secret as Standard Webhooks writes it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class WebhookEndpoint(models.Model):
    name = models.CharField(max_length=80, unique=True)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=80, default=new_secret, editable=False)
    kinds = models.JSONField(
        "events", default=list, blank=True, validators=[validate_string_list],
        help_text=f"All when empty, or some of {', '.join(EventKind.values)}.",
    )  # fmt: skip
    source = models.SlugField(max_length=60, blank=True, help_text="Only conversations of this source.")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class DeliveryState(models.TextChoices):
    PENDING = "pending", "Pending"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class WebhookDelivery(models.Model):
    """One event for one endpoint, sent again on the Standard Webhooks schedule until it is taken or given up."""

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "whd"))
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey("EscalationEvent", on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="escalations_delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.PENDING, next_attempt_at__isnull=False)
                | (~Q(state=DeliveryState.PENDING) & Q(next_attempt_at=None)),
                name="escalations_delivery_pending_has_next",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state=DeliveryState.PENDING),
                name="escalations_delivery_due",
            ),
        ]

    def __str__(self):
        return f"{self.public_id} to {self.endpoint_id}"
