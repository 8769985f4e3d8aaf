"""When a team works: opening hours, holidays and special days, kept in versions."""

from datetime import time, timedelta
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from agents.enums import DayKind, Weekday
from agents.validators import validate_holidays, validate_weekdays
from helpninja.common.validators import validate_string_list, validate_time_zone
from helpninja.common.versions import Versions


class Calendar(models.Model):
    """What people edit. Deadlines reckon with its newest version, which ``actions.calendars`` publishes."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[validate_time_zone])
    holiday_country = models.CharField("public holidays of", max_length=10, blank=True)
    holiday_region = models.CharField(
        "region", max_length=20, blank=True, help_text="A state or province; the whole country when empty."
    )
    worked_holidays = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_string_list],
        help_text="Public holidays on which people work all the same.",
    )
    version = models.PositiveIntegerField(default=0, editable=False, help_text="The newest one's number.")

    history = Versions("openings", "days", "feeds")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holiday_region="") | ~Q(holiday_country=""),
                name="agents_calendar_region_of_country",
                violation_error_message="A region needs its country.",
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        validate_holidays(self.holiday_country, self.holiday_region, self.worked_holidays)


class Opening(models.Model):
    """One interval on each of its weekdays. Closing at or before the opening means on the next day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="openings")
    weekdays = models.JSONField(validators=[validate_weekdays])
    opens = models.TimeField()
    closes = models.TimeField(help_text="At or before the opening: on the next day. 00:00 to 00:00 is 24 hours.")
    valid_from = models.DateField(
        null=True, blank=True, help_text="From this date its hours are the whole week, instead of earlier ones."
    )

    class Meta:
        ordering = [F("valid_from").asc(nulls_first=True), "opens", "id"]

    def __str__(self):
        since = f" from {self.valid_from:%-d %b %Y}" if self.valid_from else ""
        times = "24 hours" if self.opens == self.closes == time() else f"{self.opens:%H:%M}–{self.closes:%H:%M}"
        return f"{spoken_weekdays(self.weekdays)} {times}{since}"


class CalendarFeedQuerySet(models.QuerySet):
    def due(self, since):
        """Addresses not read since then, or never."""
        return self.exclude(url="").filter(Q(read_at=None) | Q(read_at__lte=since))


class CalendarFeed(models.Model):
    """Closed days from elsewhere: an iCalendar address, which is read every few hours, or a file.

    ``days`` are what it said when it was last read, in the form of ``decisions.calendars.SpecialDay`` with the
    ``uid`` of its event.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=120)
    url = models.URLField("address", max_length=500, blank=True, help_text="Empty where it was a file.")
    days = models.JSONField(default=list, blank=True, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "name"],
                name="agents_calendarfeed_once",
                violation_error_message="The calendar has a feed of this name already.",
            )
        ]

    def __str__(self):
        return f"{self.name} ({len(self.days)} special days)"


class CalendarDay(models.Model):
    """Dates that differ from the week: closed all day or between two times, or open at other hours."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    first_date = models.DateField("date")
    last_date = models.DateField(null=True, blank=True, help_text="Of several days in a row.")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=DayKind, default=DayKind.CLOSED)
    opens = models.TimeField("from", null=True, blank=True, help_text="Closed all day when empty.")
    closes = models.TimeField("to", null=True, blank=True)
    yearly = models.BooleanField(default=False, help_text="Each year from this date on.")
    until = models.DateField(null=True, blank=True, help_text="The last year of a yearly one.")

    class Meta:
        verbose_name = "special day"
        ordering = ["first_date", "opens", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_date=None) | Q(last_date__gte=F("first_date")),
                name="agents_calendarday_period",
                violation_error_message="The last date must not come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="agents_calendarday_times_together",
                violation_error_message="Give both times, or none for the whole day.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DayKind.HOURS) | Q(opens__isnull=False),
                name="agents_calendarday_hours",
                violation_error_message="Changed hours need their times.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(yearly=True, until__gte=F("first_date")),
                name="agents_calendarday_until",
                violation_error_message="Only a yearly day has a last year, and not before its first.",
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.hours} on {self.dates}"

    def clean(self):
        if self.yearly and self.last_date and self.last_date - self.first_date >= timedelta(days=365):
            raise ValidationError({"last_date": "What returns each year must be shorter than a year."})

    @property
    def hours(self):
        times = f"{self.opens:%H:%M}–{self.closes:%H:%M}" if self.opens and self.closes else ""
        return f"open {times}" if self.kind == DayKind.HOURS else f"closed {times or 'all day'}"

    @property
    def dates(self):
        """``24 Dec 2026 to 3 Jan 2027, each year until 2030``."""
        said = f"{self.first_date:%-d %b %Y}"
        said += f" to {self.last_date:%-d %b %Y}" if self.last_date else ""
        return said + (
            f", each year until {self.until.year}" if self.until else ", each year" if self.yearly else ""
        )


class CalendarVersion(models.Model):
    """What a calendar said when it was published, in the form of ``decisions.calendars.Definition``.

    Never changed: deadlines name the version by which they were set, and keep it from being deleted.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=200)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "number"],
                name="agents_calendarversion_once",
                violation_error_message="The calendar has this version already.",
            )
        ]

    def __str__(self):
        return f"{self.calendar} v{self.number}"


def spoken_weekdays(weekdays):
    """``Mon–Fri, Sun``."""
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(sorted(weekdays)), lambda place: place[1] - place[0])
    ]
    names = [[Weekday(day).label[:3] for day in run] for run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in names)
