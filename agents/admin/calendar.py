from datetime import timedelta

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from agents.actions.calendars import open_hours, publish, retire
from agents.actions.feeds import read_feed, take_in
from agents.admin.access import RULE_READERS
from agents.admin.resources import CalendarResource
from agents.decisions.calendars.overview import exceptions, weeks
from agents.forms.calendar import CalendarForm, DayForm, FeedForm, OpeningForm, OpeningFormSet
from agents.models import Calendar, CalendarDay, CalendarFeed, Opening
from agents.tasks import read_calendar_feeds
from helpninja.common.actors import Actor
from helpninja.common.admin import LEADERS, PolicyTabularInline, dialog_done
from helpninja.common.jobs import enqueue
from helpninja.common.versioned_admin import VersionedAdmin

AHEAD = timedelta(days=365)
# Served by the app that sets deadlines: the open ones before and after, and the recomputing.
PREVIEW = "admin:escalations_deadline_preview"


class OpeningInline(PolicyTabularInline):
    model = Opening
    editors = LEADERS
    form = OpeningForm
    formset = OpeningFormSet
    fields = ("weekdays", "opens", "closes", "valid_from")
    hide_title = True

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class DayInline(PolicyTabularInline):
    """What is over for a year is kept, but no longer shown."""

    model = CalendarDay
    editors = LEADERS
    form = DayForm
    fields = ("first_date", "last_date", "name", "kind", "opens", "closes", "yearly", "until")
    hide_title = True
    tab = True

    def get_queryset(self, request):
        since = timezone.now().date() - AHEAD
        shown = Q(yearly=True) | Q(first_date__gte=since) | Q(last_date__gte=since)
        return super().get_queryset(request).filter(shown)


class FeedInline(PolicyTabularInline):
    model = CalendarFeed
    editors = LEADERS
    form = FeedForm
    fields = ("name", "url", "shown_days", "read_at", "error")
    readonly_fields = ("shown_days", "read_at", "error")
    verbose_name_plural = "files and feeds"
    hide_title = True
    tab = True

    @display(description="special days")
    def shown_days(self, feed):
        return len(feed.days)


@admin.register(Calendar)
class CalendarAdmin(VersionedAdmin):
    viewers = RULE_READERS
    editors = LEADERS
    resource_classes = (CalendarResource,)

    # List
    list_display = ("name", "shown_week", "time_zone", "holiday_country", "shown_teams", "version")
    search_fields = ("name", "time_zone")

    # Form
    form = CalendarForm
    inlines = (OpeningInline, DayInline, FeedInline)
    change_form_outer_before_template = "admin/agents/calendar_overview.html"
    fieldsets = (
        (None, {"fields": (("name", "time_zone"),)}),
        (
            "Public holidays",
            {"fields": (("holiday_country", "holiday_region"), "worked_holidays"), "classes": ("tab",)},
        ),
        ("Days from elsewhere", {"fields": ("file",), "classes": ("tab",)}),
    )

    # Actions
    actions_detail = ("read_feeds",)

    def publish(self, row, *, by, now, why=""):
        publish(calendar=row, by=by, now=now, why=why)

    def retire(self, rows, *, by, now):
        retire(calendars=rows, by=by, now=now)

    def scope(self, queryset, actor):
        return queryset.prefetch_related("openings", "teams")

    @display(description="opens")
    def shown_week(self, calendar):
        return "; ".join(map(str, calendar.openings.all()))

    @display(description="teams")
    def shown_teams(self, calendar):
        return ", ".join(team.name for team in calendar.teams.all()) or None

    def change_view(self, request, object_id, form_url="", extra_context=None):
        calendar = self.get_object(request, object_id)
        shown = overview(calendar) if calendar is not None and calendar.version else {}
        if self.has_change_permission(request):
            shown["preview_url"] = reverse(PREVIEW)
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _create_formsets(self, request, obj, change):
        """The openings are judged together with the special days typed beside them."""
        formsets, inlines = super()._create_formsets(request, obj, change)
        for formset in formsets:
            formset.others = tuple(formsets)
        return formsets, inlines

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is CalendarFeed:
            if form.cleaned_data.get("file_days"):
                name, days = form.cleaned_data["file"].name, form.cleaned_data["file_days"]
                form.took_in = take_in(calendar=form.instance, name=name, days=days, now=timezone.now())
            if formset.has_changed():
                transaction.on_commit(lambda: enqueue(read_calendar_feeds))

    def save_related(self, request, form, formsets, change):
        before = form.instance.version
        super().save_related(request, form, formsets, change)
        if change and form.instance.version > before:
            said = 'Open deadlines keep the version they were set by. <a class="hn-link" href="{}">{}</a>'
            messages.info(request, format_html(said, reverse(PREVIEW), "See what the new one would change"))

    def has_read_feeds_permission(self, request, object_id=None):
        if object_id is None or not self.has_change_permission(request):
            return False
        return CalendarFeed.objects.filter(calendar=object_id).exclude(url="").exists()

    @action(
        description="Read the feeds now",
        icon="sync",
        permissions=["read_feeds"],
        dialog={
            "title": "Read the feeds now?",
            "description": "They are read every few hours anyway. Other days than before make a new version.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Read them",
        },
    )
    def read_feeds(self, request, form, object_id):
        calendar = self.get_queryset(request).get(pk=object_id)
        for feed in calendar.feeds.exclude(url=""):
            read_feed(feed=feed, by=Actor.of_request(request), now=timezone.now())
            if feed.error:
                messages.error(request, f"{feed.name}: {feed.error}")
            else:
                messages.success(request, f"{feed.name}: {len(feed.days)} special days.")
        return dialog_done(reverse("admin:agents_calendar_change", args=[calendar.pk]))


def overview(calendar):
    """What the page shows above the form: the weeks, and a year of exceptions, of the newest version."""
    now, hours = timezone.now(), open_hours(calendar.pk, calendar.version)
    found = exceptions(hours, now, now + AHEAD)
    return {
        "hours": hours,
        "weeks": weeks(hours, now),
        "exceptions": found,
        "exceptions_title": f"Exceptions of the next 12 months ({len(found)})",
    }
