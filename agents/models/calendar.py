"""When a team works: opening hours, holidays and special days, kept in versions."""

from django.db import models
from django.db.models import F, Q

from agents.enums import DayKind
from agents.validators import validate_weekdays
from helpninja.common.validators import validate_string_list, validate_time_zone


class CalendarQuerySet(models.QuerySet):
    def for_publishing(self):
        """With all that a version is made of: three queries however many calendars."""
        return self.prefetch_related("openings", "days")


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

    objects = CalendarQuerySet.as_manager()

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
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class CalendarFeed(models.Model):
    """Where special days come from besides the form: an iCalendar file, or the address of one."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=120)
    url = models.URLField("address", max_length=500, blank=True)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=300, blank=True, editable=False)

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
        return self.name


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
    feed = models.ForeignKey(
        CalendarFeed, on_delete=models.CASCADE, null=True, blank=True, related_name="days", editable=False
    )
    uid = models.CharField(max_length=255, blank=True, editable=False)

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
            models.UniqueConstraint(
                fields=["feed", "uid"],
                condition=Q(feed__isnull=False),
                name="agents_calendarday_once",
                violation_error_message="This event of the feed is there already.",
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.first_date}"


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
