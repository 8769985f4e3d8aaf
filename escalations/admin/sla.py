from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import BooleanRadioFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from escalations.actions import deadlines
from escalations.actions.sla_policies import publish, retire
from escalations.admin.access import RULE_READERS
from escalations.admin.resources import SlaPolicyResource
from escalations.decisions.deadlines import duration, parse_duration
from escalations.enums import Priority, SlaMetric
from escalations.models import Escalation, SlaPolicy, SlaTarget
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyTabularInline, ScopedFilter
from helpninja.common.versioned_admin import VersionedAdmin

LEVELS = tuple(priority.code for priority in reversed(Priority))
# Of the open deadlines that would change, so many are shown.
SHOWN = 200


class DurationField(forms.Field):
    """Seconds, typed as ``1 h 30 min``."""

    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "5 min", "size": 8})

    def prepare_value(self, value):
        return duration(value) if isinstance(value, int) else value

    def to_python(self, value):
        if not (value or "").strip():
            return None
        try:
            seconds = parse_duration(value[:30])
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if not 0 < seconds < 2**31:
            raise ValidationError("Give a time of at least a second, and not of a lifetime.")
        return seconds

    def has_changed(self, initial, data):
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class TargetForm(forms.ModelForm):
    critical, high, medium, low = (DurationField(required=False) for _ in LEVELS)

    class Meta:
        model = SlaTarget
        fields = ("metric", *LEVELS, "pauses")


class TargetInline(PolicyTabularInline):
    model = SlaTarget
    editors = LEADERS
    form = TargetForm
    fields = ("metric", *LEVELS, "pauses")
    hide_title = True
    max_num = len(SlaMetric)
    template_before = "admin/escalations/target_help.html"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class SlaPolicyForm(forms.ModelForm):
    longest_pause = DurationField(required=False, help_text=SlaPolicy._meta.get_field("longest_pause").help_text)

    class Meta:
        model = SlaPolicy
        fields = (
            "name",
            "active",
            "plan",
            "team",
            "topic",
            "calendar",
            "warn_percent",
            "longest_pause",
            "most_pauses",
        )


@admin.register(SlaPolicy)
class SlaPolicyAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    open_choices = frozenset({"team"})  # which teams there are is no secret to those who promise in their name
    resource_classes = (SlaPolicyResource,)

    # List
    list_display = ("name", "shown_scope", "shown_targets", "calendar", "active", "version")
    list_filter = (
        ("active", BooleanRadioFilter),
        ("plan", ScopedFilter),
        ("topic", ScopedFilter),
    )
    list_select_related = ("plan", "team", "topic", "calendar")
    search_fields = ("name",)
    search_help_text = "Naming more of plan, team and topic goes first; then plan before team before topic"
    ordering = ("name",)

    # Form
    form = SlaPolicyForm
    inlines = (TargetInline,)
    readonly_fields = ("version",)
    fieldsets = (
        (None, {"fields": (("name", "active"), ("plan", "topic"), ("team", "version"))}),
        (
            "The clock",
            {"fields": (("calendar", "warn_percent"), ("longest_pause", "most_pauses"))},
        ),
    )

    # Actions
    actions_list = ("open_deadlines",)

    def scope(self, queryset, actor):
        return queryset.prefetch_related("targets")

    @display(description="for")
    def shown_scope(self, policy):
        named = (("plan", policy.plan), ("team", policy.team), ("topic", policy.topic))
        return ", ".join(f"{name} {one}" for name, one in named if one) or "everybody"

    @display(description="targets (critical / high / medium / low)")
    def shown_targets(self, policy):
        return "; ".join(_spoken(target) for target in policy.targets.all()) or "none"

    def publish(self, row, *, by, now, why=""):
        publish(policy=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(policies=rows, by=by, now=now)

    def response_post_save_change(self, request, obj):
        return _to_preview(request) or super().response_post_save_change(request, obj)

    def response_post_save_add(self, request, obj):
        return _to_preview(request) or super().response_post_save_add(request, obj)

    @action(description="Open deadlines under these policies", permissions=["change"], icon="update")
    def open_deadlines(self, request):
        return HttpResponseRedirect(reverse("admin:escalations_deadline_preview"))

    # The open ones, before and after
    def get_urls(self):
        view = self.admin_site.admin_view(self.preview_view)
        return [path("open/", view, name="escalations_deadline_preview"), *super().get_urls()]

    def preview_view(self, request):
        """Which open deadlines would be others now; by POST they are."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        by, now = Actor.of_request(request), timezone.now()
        escalations = Escalation.objects.visible_to(by)
        if request.method == "POST":
            count = deadlines.recompute(escalations=escalations, by=by, now=now)
            messages.success(request, f"Set anew: the deadlines of {count} escalation{'' if count == 1 else 's'}.")
            return HttpResponseRedirect(request.path)
        moved = deadlines.preview(escalations=escalations, now=now)
        context = {
            **self.admin_site.each_context(request),
            "title": "Open deadlines under the policies and calendars of now",
            "opts": self.opts,
            "table": _table([one for one in moved if one.changes_time][:SHOWN]),
            "changing": sum(one.changes_time for one in moved),
            "following": sum(not one.changes_time for one in moved),
            "at_once": deadlines.AT_ONCE,
            "is_cut": len(moved) == deadlines.AT_ONCE,
        }
        return TemplateResponse(request, "admin/escalations/open_deadlines.html", context)


def _to_preview(request):
    """After a change, where it concerns what is open."""
    escalations = Escalation.objects.visible_to(Actor.of_request(request))
    if not deadlines.preview(escalations=escalations, now=timezone.now(), at_most=1):
        return None
    return HttpResponseRedirect(reverse("admin:escalations_deadline_preview"))


def _table(moved):
    return {
        "headers": ["Escalation", "Deadline", "Due now", "Would be due", "Because"],
        "rows": [
            [
                format_html('<a class="hn-link" href="{}">{}</a>', _workspace(one), one.escalation),
                one.metric.label,
                _time(one.before),
                f"{_time(one.after)} {'(later)' if one.is_later else ''}",
                one.because,
            ]
            for one in moved
        ],
    }


def _workspace(moved):
    return reverse("queue:workspace", args=[moved.escalation.public_id])


def _time(moment):
    return formats.localize(timezone.localtime(moment)) if moment else "–"


def _spoken(target):
    """``First response 1 min / 3 min / 5 min / 10 min``"""
    seconds = target.seconds()
    spans = " / ".join(duration(seconds[code]) if code in seconds else "–" for code in LEVELS)
    return f"{target.get_metric_display()} {spans}"
