"""When people work: the weekly pattern with its breaks, one-off changes, time off and on-call periods.

All days and clock times are those of the agent's own zone; a time of end that is not later than the start is
on the next day. ``decisions.availability`` says what follows from the rows at a moment.
"""

from datetime import time, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from agents.enums import HoursChange, LeaveKind, Weekday
from agents.models.agent import Agent
from helpninja.common.versions import Versions

DAY = timedelta(days=1)


def clock_span(start: time, end: time) -> timedelta:
    """From one clock time to the next other one, as on a day without clock change: 22:00 to 06:00 is 8 hours."""
    span = timedelta(
        hours=end.hour - start.hour, minutes=end.minute - start.minute, seconds=end.second - start.second
    )
    return span if span > timedelta() else span + DAY


class Versioned(models.Model):
    """What is planned is published in versions, as rules are."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Shift(Versioned):
    """Weekly hours, beginning on a weekday; several a day are possible."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    start = models.TimeField(help_text="In the agent's time zone.")
    end = models.TimeField(help_text="Not later than the start: on the next day.")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField("valid through", null=True, blank=True, help_text="The last day that counts.")

    history = Versions("breaks")

    class Meta:
        ordering = ["agent__name", "weekday", "start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)),
                name="agents_shift_weekday",
                violation_error_message="A weekday is 0 (Monday) to 6 (Sunday).",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="agents_shift_period",
                violation_error_message="The last day can't be before the first one.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.start:%H:%M}-{self.end:%H:%M}"


class ShiftBreak(models.Model):
    """Every time that the shift is worked."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="breaks")
    start = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=30)

    class Meta:
        verbose_name = "break"
        ordering = ["start"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "start"],
                name="agents_shiftbreak_once",
                violation_error_message="The shift has a break at this time already.",
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 480)),
                name="agents_shiftbreak_minutes",
                violation_error_message="A break takes 1 to 480 minutes.",
            ),
        ]

    def __str__(self):
        return f"{self.start:%H:%M}, {self.minutes} min"

    def clean(self):
        if self.start is None or self.minutes is None or self.shift.start is None or self.shift.end is None:
            return
        length, begins = clock_span(self.shift.start, self.shift.end), clock_span(self.shift.start, self.start)
        if self.start == self.shift.start:
            begins = timedelta()
        if begins >= length:
            raise ValidationError({"start": f"The break must begin within the shift ({self.shift})."})
        if begins + timedelta(minutes=self.minutes) > length:
            raise ValidationError({"minutes": f"The break must end within the shift ({self.shift})."})


class ShiftException(Versioned):
    """Hours of one day that differ from the weekly pattern; a whole day off takes away what begins on it."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="shift_exceptions")
    date = models.DateField()
    change = models.CharField(max_length=10, choices=HoursChange, default=HoursChange.REMOVED)
    start = models.TimeField(null=True, blank=True, help_text="Empty: the whole day.")
    end = models.TimeField(null=True, blank=True, help_text="Not later than the start: on the next day.")
    reason = models.CharField(max_length=120, blank=True)

    history = Versions()

    class Meta:
        verbose_name = verbose_name_plural = "changed hours"
        ordering = ["-date", "start"]
        indexes = [models.Index(fields=["agent", "date"], name="agents_shiftexception_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None, end=None) | Q(start__isnull=False, end__isnull=False),
                name="agents_shiftexception_both",
                violation_error_message="Give both start and end, or neither for the whole day.",
            ),
            models.CheckConstraint(
                condition=Q(change=HoursChange.REMOVED) | Q(start__isnull=False),
                name="agents_shiftexception_added",
                violation_error_message="Added hours need a start and an end.",
            ),
        ]

    def __str__(self):
        hours = f"{self.start:%H:%M}-{self.end:%H:%M}" if self.start else "the whole day"
        return f"{self.date}: {self.get_change_display().lower()}, {hours}"


class LocalPeriod(Versioned):
    """From a day to a day, both included, or from and until a time on them."""

    first_day = models.DateField()
    from_time = models.TimeField(null=True, blank=True, help_text="Empty: from the beginning of the day.")
    last_day = models.DateField()
    until_time = models.TimeField(null=True, blank=True, help_text="Empty: to the end of the day.")

    class Meta:
        abstract = True
        ordering = ["-first_day", "from_time"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="%(app_label)s_%(class)s_days",
                violation_error_message="The last day can't be before the first one.",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day"))
                | Q(from_time=None)
                | Q(until_time=None)
                | Q(until_time__gt=F("from_time")),
                name="%(app_label)s_%(class)s_times",
                violation_error_message="It must end after it begins.",
            ),
        ]

    def __str__(self):
        begin, end = (
            f"{day} {clock:%H:%M}" if clock else str(day)
            for day, clock in ((self.first_day, self.from_time), (self.last_day, self.until_time))
        )
        return begin if begin == end else f"{begin} to {end}"


class TimeOff(LocalPeriod):
    """Counts once it is approved."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="time_off")
    kind = models.CharField(max_length=20, choices=LeaveKind, default=LeaveKind.VACATION)
    approved = models.BooleanField(default=False, help_text="Counts from then on.")
    note = models.CharField(max_length=200, blank=True)

    history = Versions()

    class Meta(LocalPeriod.Meta):
        verbose_name_plural = "time off"
        indexes = [models.Index(fields=["agent", "last_day"], name="agents_timeoff_last_day")]


class OnCall(LocalPeriod):
    """Reachable outside shifts: work may be given to them, other things being equal after those on shift."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="on_call")
    note = models.CharField(max_length=200, blank=True)

    history = Versions()

    class Meta(LocalPeriod.Meta):
        verbose_name = "on-call period"
        indexes = [models.Index(fields=["agent", "last_day"], name="agents_oncall_last_day")]
