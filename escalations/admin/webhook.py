from django import forms
from django.contrib import admin, messages
from django.core.validators import URLValidator
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from escalations.actions.delivery import replay
from escalations.enums import EventKind
from escalations.models import Escalation, WebhookDelivery, WebhookEndpoint
from escalations.models.webhook import DeliveryState
from helpninja.common.actors import Actor
from helpninja.common.admin import (
    ADMINS,
    LEADERS,
    MachineWrittenAdmin,
    PolicyAdmin,
    ScopedFilter,
    SecretOnceMixin,
    dialog_done,
    secret_page,
)
from helpninja.common.errors import Conflict
from helpninja.common.roles import Role

DELIVERY_COLOURS = {
    DeliveryState.PENDING.label: "info",
    DeliveryState.DELIVERED.label: "success",
    DeliveryState.DEAD.label: "danger",
}


class EndpointForm(forms.ModelForm):
    url = forms.URLField(label="URL", max_length=500, assume_scheme="https", widget=UnfoldAdminURLInputWidget)
    kinds = forms.MultipleChoiceField(
        label="Events",
        choices=EventKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="All but imports when none is chosen.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "source", "active")

    def clean_url(self):
        url = self.cleaned_data["url"]
        URLValidator(schemes=["http", "https"], message="Give an http or https address.")(url)
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(SecretOnceMixin, PolicyAdmin):
    """The signing secret is shown in the answer that follows the creation, and never again."""

    viewers = LEADERS
    editors = ADMINS

    # List
    list_display = ("name", "url", "source", "active", "created_at")
    list_filter = (("active", BooleanRadioFilter),)
    search_fields = ("name", "url")

    # Form
    form = EndpointForm
    fields = ("name", "url", "kinds", "source", "active")

    def response_add(self, request, obj, post_url_continue=None):
        return secret_page(
            self,
            request,
            title=f"The signing secret of “{obj.name}”",
            label="Signing secret",
            secret=obj.secret,
            usage="Every request is signed with it as Standard Webhooks says (header webhook-signature).",
        )


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(MachineWrittenAdmin):
    viewers = LEADERS

    # List
    list_display = (
        "public_id",
        "endpoint",
        "event_kind",
        "shown_state",
        "attempts",
        "last_status",
        "next_attempt_at",
    )
    list_filter = (("endpoint", ScopedFilter), ("state", ChoicesDropdownFilter))
    list_select_related = ("endpoint", "event")
    search_fields = ("public_id",)

    # Form
    fields = (
        ("public_id", "shown_state", "attempts"),
        ("endpoint", "event_kind", "escalation"),
        ("last_status", "last_error"),
        ("next_attempt_at", "delivered_at"),
    )
    readonly_fields = ("shown_state", "event_kind", "escalation")

    # Actions
    actions_detail = ("send_again",)

    def scope(self, queryset, actor):
        queryset = queryset.select_related("endpoint", "event__escalation")
        if actor.is_any(Role.ADMIN):
            return queryset
        return queryset.filter(event__escalation__in=Escalation.objects.visible_to(actor))

    @display(description="event")
    def event_kind(self, delivery):
        return delivery.event.get_kind_display()

    @display(description="escalation")
    def escalation(self, delivery):
        return delivery.event.escalation.public_id

    @display(description="state", ordering="state", label=DELIVERY_COLOURS)
    def shown_state(self, delivery):
        return delivery.get_state_display()

    def has_send_again_permission(self, request, object_id=None):
        if object_id is None or not self.has_view_permission(request):
            return False
        delivery = self.get_object(request, str(object_id))
        return delivery is not None and delivery.state == DeliveryState.DEAD

    @action(
        description="Send again",
        icon="replay",
        permissions=["send_again"],
        dialog={
            "title": "Send it again?",
            "description": "The receiver gets the event under the same id, on a new schedule of attempts.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Send again",
        },
    )
    def send_again(self, request, form, object_id):
        delivery = self.get_object(request, str(object_id))
        if delivery is None:
            raise Http404
        try:
            replay(delivery=delivery, by=Actor.of_request(request), now=timezone.now())
        except Conflict as conflict:
            messages.warning(request, str(conflict))
        else:
            messages.success(request, "It is being sent again.")
        return dialog_done(reverse("admin:escalations_webhookdelivery_change", args=[object_id]))
