"""Who the customer is, and what things cost."""

from functools import partial

from django.db import models
from django.db.models import Q
from django.utils import timezone

from billing.enums import VALUED_KINDS, CostKind, EventKind
from helpninja.common.ids import public_id
from helpninja.common.validators import validate_object, validate_time_zone


class Plan(models.Model):
    code = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60, unique=True)
    rank = models.PositiveSmallIntegerField(default=0, help_text="Greater means more; sorts lists.")

    class Meta:
        ordering = ["rank", "name"]

    def __str__(self):
        return self.name


class Customer(models.Model):
    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "cus"))
    external_id = models.CharField(
        max_length=120, unique=True, null=True, blank=True, help_text="The customer's id in your own systems."
    )
    name = models.CharField(max_length=160, blank=True)
    company = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="customers")
    region = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166 code, such as US.")
    language = models.CharField(max_length=12, blank=True, help_text="BCP 47 tag, such as en or pt-BR.")
    time_zone = models.CharField(max_length=60, blank=True, validators=[validate_time_zone])
    signed_up_on = models.DateField(null=True, blank=True)
    monthly_value = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Recurring revenue a month, in US dollars.",
    )
    attributes = models.JSONField("custom attributes", default=dict, blank=True, validators=[validate_object])
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["email"], name="billing_customer_email"),
            models.Index(fields=["name", "id"], name="billing_customer_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(monthly_value=None) | models.Q(monthly_value__gte=0),
                name="billing_customer_value_positive",
                violation_error_message="The monthly value can't be negative.",
            )
        ]

    def __str__(self):
        return self.name or self.external_id or self.public_id


class CustomerEvent(models.Model):
    """Append-only: what became of a customer, and what they paid a month before and after. In US dollars.

    ``actions.customer_events`` alone writes it, and keeps ``Customer.monthly_value`` by it.
    """

    public_id = models.CharField(max_length=30, unique=True, editable=False, default=partial(public_id, "cev"))
    source = models.SlugField(max_length=60, help_text="The system that told it.")
    external_id = models.CharField(max_length=200, help_text="Its id in that system.")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    at = models.DateTimeField()
    amount = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="What a purchase or renewal brought."
    )
    monthly_value_before = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    monthly_value_after = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    is_positive = models.BooleanField("positive", null=True, blank=True, help_text="Of a review.")
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                name="billing_event_external",
                violation_error_message="This source has another event under this external id.",
            ),
            models.CheckConstraint(
                condition=(Q(amount=None) | Q(amount__gte=0))
                & (Q(monthly_value_before=None) | Q(monthly_value_before__gte=0))
                & (Q(monthly_value_after=None) | Q(monthly_value_after__gte=0)),
                name="billing_event_positive",
                violation_error_message="Amounts and monthly values can't be negative.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=VALUED_KINDS) | Q(monthly_value_after__isnull=False),
                name="billing_event_says_value",
                violation_error_message="Upgrades, downgrades and changes of value say the monthly value after.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.PURCHASED) | Q(amount__isnull=False),
                name="billing_event_says_amount",
                violation_error_message="A purchase says its amount.",
            ),
            models.CheckConstraint(
                condition=Q(kind=EventKind.REVIEWED, is_positive__isnull=False)
                | Q(~Q(kind=EventKind.REVIEWED), is_positive=None),
                name="billing_event_review_says_positive",
                violation_error_message="A review says whether it is positive, nothing else does.",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="billing_event_customer"),
            models.Index(fields=["at", "kind"], name="billing_event_window"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d})"


class SharedCost(models.Model):
    """A month's cost that belongs to no single escalation: it is spread evenly over those of its month."""

    month = models.DateField(help_text="The month's first day.")
    kind = models.CharField(max_length=20, choices=CostKind)
    name = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="In US dollars.")

    class Meta:
        ordering = ["-month", "kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "name"],
                name="billing_sharedcost_month_name",
                violation_error_message="This month already has a cost of this name.",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="billing_sharedcost_first_day",
                violation_error_message="Give the month's first day.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="billing_sharedcost_positive",
                violation_error_message="A cost can't be negative.",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.month:%Y-%m}"
