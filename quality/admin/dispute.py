from django.contrib import admin
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from helpninja.common.admin import MachineWrittenAdmin, MomentRangeFilter
from quality.admin.access import DISPUTE_COLOURS, REVIEW_READERS, OccurringFilter
from quality.decisions.measuring import spoken_seconds
from quality.enums import DisputeState
from quality.models import Dispute, Review

DAY = 24 * 3600


class AgentFilter(OccurringFilter):
    title = "agent"
    parameter_name = "agent__id__exact"


@admin.register(Dispute)
class DisputeAdmin(MachineWrittenAdmin):
    """For finding those that wait. They are decided on the page of their review."""

    viewers = REVIEW_READERS

    # List
    list_display = (
        "shown_subject",
        "agent",
        "shown_about",
        "shown_state",
        "opened_at",
        "shown_age",
        "decided_by",
    )
    list_filter = (("state", ChoicesDropdownFilter), AgentFilter, ("opened_at", MomentRangeFilter))
    allowed_lookups = ("review", "agent")
    list_select_related = ("review__escalation", "agent")
    search_fields = ("agent__name", "review__escalation__subject", "text")
    search_help_text = "Those that wait for a decision come first, the oldest at the top"

    # Form
    fields = (
        "shown_review",
        ("agent", "shown_about", "shown_state"),
        ("opened_at", "shown_age"),
        "text",
        ("decided_at", "decided_by"),
        "decision",
    )

    def scope(self, queryset, actor):
        return queryset.filter(review__in=Review.objects.visible_to(actor))

    def get_ordering(self, request):
        return (Case(When(state=DisputeState.OPEN, then=Value(0)), default=Value(1)), "opened_at", "id")

    def get_readonly_fields(self, request, obj=None):
        return [name for line in self.fields for name in (line if isinstance(line, tuple) else (line,))]

    @display(description="conversation", ordering="review__escalation__subject")
    def shown_subject(self, dispute):
        return str(dispute.review.escalation)

    @display(description="about")
    def shown_about(self, dispute):
        return dispute.key.replace("_", " ").capitalize() or "The review as a whole"

    @display(description="state", ordering="state", label=DISPUTE_COLOURS)
    def shown_state(self, dispute):
        return dispute.get_state_display()

    @display(description="waits for a decision", ordering="opened_at")
    def shown_age(self, dispute):
        if dispute.state != DisputeState.OPEN:
            return "-"
        seconds = int((timezone.now() - dispute.opened_at).total_seconds())
        return f"{seconds // DAY} days" if seconds >= 2 * DAY else spoken_seconds(seconds // 60 * 60)

    @display(description="review")
    def shown_review(self, dispute):
        url = reverse("quality:review", args=[dispute.review.public_id])
        return format_html('<a class="hn-link" href="{}">Open the review</a>', url)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return super().changeform_view(request, object_id, form_url, {"show_save": False, **(extra_context or {})})
