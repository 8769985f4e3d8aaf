"""Counts what initiatives are measured by: for many of them and many windows in one query."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, Q, QuerySet, Value

from escalations.enums import Timing
from escalations.models import Conversation, Escalation
from helpninja.common.together import Later, Together
from quality.decisions.initiatives import MONTH, Counted, Effect, Plan, effect_of
from quality.enums import TargetKind
from quality.models import Initiative

# What happened at a known time, or at least on a known day.
DATED = Q(timing__in=(Timing.MEASURED, Timing.PLACED))

# Each asks for some columns of one query.
AT_ONCE = 100

Window = tuple[datetime, datetime]


def count(
    asked: Mapping[str, tuple[Initiative, Window]], together: Together | None = None
) -> Mapping[str, Counted]:
    """By the names that are asked for; windows are half-open, and an escalation belongs to that of its opening.

    Asked when it is read, with all else that goes ``together``.
    """
    if not asked:
        return {}
    escalations: dict[str, Any] = {}
    conversations: dict[str, Any] = {}
    for name, (initiative, (start, end)) in asked.items():
        opened = Q(opened_at__gte=start, opened_at__lt=end) & _of_teams(initiative)
        escalations[f"{name}_targeted"] = Count("pk", filter=opened & targeted(initiative))
        escalations[f"{name}_all"] = Count("pk", filter=opened)
        conversations[name] = Count("pk", filter=Q(started_at__gte=start, started_at__lt=end))
    first = min(start for _, (start, _) in asked.values())
    last = max(end for _, (_, end) in asked.values())
    together = together or Together()
    work = Escalation.objects.filter(DATED, opened_at__gte=first, opened_at__lt=last)
    talk = Conversation.objects.filter(DATED, started_at__gte=first, started_at__lt=last)
    of_work, of_talk = _put(together, work, escalations), _put(together, talk, conversations)
    return Later(
        lambda: {
            name: Counted(of_work[f"{name}_targeted"], of_work[f"{name}_all"], of_talk[name], end - start)
            for name, (_, (start, end)) in asked.items()
        }
    )


def _put(together: Together, rows: QuerySet[Any], counts: Mapping[str, Any]) -> Mapping[str, int]:
    """Each by its name."""
    counted = rows.order_by().annotate(all_rows=Value(1)).values_list("all_rows").annotate(**counts)
    found = together.put(counted, lambda row: dict(zip(counts, row[1:], strict=True)))
    return Later(lambda: {**dict.fromkeys(counts, 0), **(found[0] if found else {})})


def targeted(initiative: Initiative) -> Q:
    """All that it names must hold."""
    meant = Q()
    if initiative.reason:
        meant &= Q(reason=initiative.reason)
    if initiative.topic_id:
        meant &= Q(topic=initiative.topic_id)
    if initiative.trigger_rule_id:
        meant &= Q(trigger_rule=initiative.trigger_rule_id)
    return meant


def _of_teams(initiative: Initiative) -> Q:
    """Without any team it is of all."""
    named = Initiative.teams.through.objects.filter(initiative=initiative.pk)
    return ~Q(Exists(named)) | Q(team__in=named.values("team"))


def before(initiative: Initiative) -> Counted | None:
    """What was counted at the start; None before it."""
    row = initiative
    if row.baseline_from is None or row.baseline_to is None:
        return None
    return Counted(
        targeted=row.baseline_targeted or 0,
        escalations=row.baseline_escalations or 0,
        conversations=row.baseline_conversations or 0,
        length=row.baseline_to - row.baseline_from,
    )


def measured_until(initiative: Initiative, now: datetime) -> datetime:
    """What happens after its end is no longer its effect."""
    return min(now, initiative.ended_at) if initiative.ended_at else now


def measured_window(initiative: Initiative, now: datetime) -> Window:
    """The last 30 days, or since the start if that is less; before the start as the baseline will be taken."""
    end = measured_until(initiative, now)
    if initiative.started_at is None:
        return end - MONTH, end
    return max(initiative.started_at, end - MONTH), end


def recent_counts(
    initiatives: Sequence[Initiative], now: datetime, together: Together | None = None
) -> Mapping[int, tuple[Counted, Counted]]:
    """By primary key: of the measured window, and of all since the start."""
    asked: dict[str, tuple[Initiative, Window]] = {}
    for row in initiatives:
        window = measured_window(row, now)
        asked[f"recent_{row.pk}"] = (row, window)
        asked[f"since_{row.pk}"] = (row, (row.started_at or window[0], window[1]))
    found = count(asked, together)
    return Later(lambda: {row.pk: (found[f"recent_{row.pk}"], found[f"since_{row.pk}"]) for row in initiatives})


def effects(
    initiatives: Sequence[Initiative], now: datetime, together: Together | None = None
) -> Mapping[int, Effect | None]:
    """By primary key; None before the start."""
    some = (initiatives[first : first + AT_ONCE] for first in range(0, len(initiatives), AT_ONCE))
    asked = [(rows, recent_counts(rows, now, together)) for rows in some]
    return Later(lambda: {row.pk: effect(row, *counts[row.pk], now) for rows, counts in asked for row in rows})


def effect(initiative: Initiative, recent: Counted, since: Counted, now: datetime) -> Effect | None:
    """None before the start."""
    start = before(initiative)
    if start is None or initiative.started_at is None:
        return None
    plan = Plan(
        kind=TargetKind(initiative.target_kind),
        target=float(initiative.target_value),
        expected=initiative.expected_fewer,
        starts=initiative.started_at,
        ends=max(_end_of(initiative.ends_on), initiative.started_at),
    )
    cost = None if initiative.cost is None else float(initiative.cost)
    return effect_of(plan, start, recent, since, measured_until(initiative, now), cost)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.DISPLAY_TIME_ZONE))
