"""Plans as supervisors make them: versions, refusals that name the field, and nobody else's agents."""

import re
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from agents.enums import HoursChange, Status, Weekday
from agents.models import OnCall, Presence, Shift, ShiftBreak, ShiftException, TimeOff
from helpninja.common.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
SHIFTS = "/admin/agents/shift/"


@pytest.fixture
def leader(client, supervisor):
    client.force_login(supervisor.user)
    return client


def errors(answer):
    forms = [
        answer.context["adminform"].form,
        *(f for s in answer.context["inline_admin_formsets"] for f in s.formset),
    ]
    return {name: list(texts) for form in forms for name, texts in form.errors.items()}


def shift_form(agent, *breaks, **changes):
    data = {
        "agent": agent.pk,
        "weekday": Weekday.MONDAY,
        "start": "09:00",
        "end": "17:00",
        "valid_from": "",
        "valid_to": "",
        "breaks-TOTAL_FORMS": len(breaks),
        "breaks-INITIAL_FORMS": 0,
    }
    for index, (start, minutes) in enumerate(breaks):
        data |= {f"breaks-{index}-start": start, f"breaks-{index}-minutes": minutes}
    return {**data, **changes}


def test_a_shift_is_planned_with_its_breaks_as_a_version(leader, agent, supervisor):
    leader.post(f"{SHIFTS}add/", shift_form(agent, ("12:00", 30)))

    shift = Shift.objects.get()
    assert (shift.agent, shift.start, shift.version) == (agent, time(9), 1)
    assert shift.history.get().parts == {"breaks": [{"start": "12:00:00", "minutes": 30}]}
    audit = AuditEntry.objects.get(action="shift.published")
    assert audit.object_label == "Monday 09:00-17:00"


def test_going_back_to_an_earlier_version(leader, agent):
    leader.post(f"{SHIFTS}add/", shift_form(agent, ("12:00", 30)))
    shift = Shift.objects.get()
    ShiftBreak.objects.all().delete()
    leader.post(f"{SHIFTS}{shift.pk}/change/", shift_form(agent, end="18:00"))
    first = shift.history.order_by("history_id").first()

    leader.post(f"{SHIFTS}{shift.pk}/history/", {"to": first.pk})

    shift.refresh_from_db()
    assert (shift.end, shift.version, [str(one) for one in shift.breaks.all()]) == (time(17), 3, ["12:00, 30 min"])


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (("08:30", 30), {"start": ["The break must begin within the shift (Monday 09:00-17:00)."]}),
        (("16:45", 30), {"minutes": ["The break must end within the shift (Monday 09:00-17:00)."]}),
        (("12:00", 0), {"__all__": ["A break takes 1 to 480 minutes."]}),
    ],
)
def test_a_break_that_does_not_fit_is_refused_by_its_field(leader, agent, given, refused):
    answer = leader.post(f"{SHIFTS}add/", shift_form(agent, given))

    assert errors(answer) == refused
    assert not Shift.objects.exists()


def test_a_break_after_midnight_fits_the_night(leader, agent):
    leader.post(f"{SHIFTS}add/", shift_form(agent, ("01:30", 30), start="22:00", end="06:00"))

    assert ShiftBreak.objects.count() == 1


def test_a_period_that_ends_before_it_begins_is_refused(leader, agent):
    given = shift_form(agent, valid_from="2026-12-02", valid_to="2026-12-01")

    assert errors(leader.post(f"{SHIFTS}add/", given)) == {
        "__all__": ["The last day can't be before the first one."]
    }


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"change": "added"}, "Added hours need a start and an end."),
        ({"change": "removed", "start": "09:00"}, "Give both start and end, or neither for the whole day."),
    ],
)
def test_changed_hours_that_say_too_little_are_refused(leader, agent, given, text):
    answer = leader.post("/admin/agents/shiftexception/add/", {"agent": agent.pk, "date": "2026-12-24", **given})

    assert errors(answer) == {"__all__": [text]}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"last_day": "2026-12-23"}, "The last day can't be before the first one."),
        ({"last_day": "2026-12-24", "from_time": "15:00", "until_time": "14:00"}, "It must end after it begins."),
    ],
)
@pytest.mark.parametrize("model", ["timeoff", "oncall"])
def test_periods_end_after_they_begin(leader, agent, model, given, text):
    data = {"agent": agent.pk, "first_day": "2026-12-24", "kind": "vacation", **given}

    assert errors(leader.post(f"/admin/agents/{model}/add/", data)) == {"__all__": [text]}


def test_nobody_plans_the_agents_of_other_teams(leader, outsider):
    answer = leader.post(f"{SHIFTS}add/", shift_form(outsider))

    assert list(errors(answer)) == ["agent"]
    assert not Shift.objects.exists()


def test_lists_show_the_own_teams_alone(leader, agent, outsider):
    for one in (agent, outsider):
        TimeOff.objects.create(agent=one, first_day=date(2026, 12, 24), last_day=date(2026, 12, 24))

    page = leader.get("/admin/agents/timeoff/").content.decode()

    assert "Sarah Mitchell" in page
    assert "Olga Outside" not in page


@pytest.mark.parametrize("model", ["shift", "shiftexception", "timeoff", "oncall"])
def test_a_list_costs_the_same_for_one_row_and_for_three(leader, model, django_assert_max_num_queries):
    counts = []
    for _ in range(2):
        for _ in range(1 if not counts else 2):
            _plan(factories.make_agent())
        leader.get(f"/admin/agents/{model}/")
        with django_assert_max_num_queries(50) as queries:
            leader.get(f"/admin/agents/{model}/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def _plan(agent):
    shift = Shift.objects.create(agent=agent, weekday=Weekday.MONDAY, start=time(9), end=time(17))
    ShiftBreak.objects.create(shift=shift, start=time(12))
    ShiftException.objects.create(agent=agent, date=date(2026, 12, 24), change=HoursChange.REMOVED)
    TimeOff.objects.create(agent=agent, first_day=date(2026, 12, 28), last_day=date(2026, 12, 31))
    OnCall.objects.create(agent=agent, first_day=date(2026, 12, 5), last_day=date(2026, 12, 6))


class TestCsv:
    HEAD = "agent,weekday,start,end,valid_from,valid_to,breaks"

    def upload(self, client, *lines):
        file = SimpleUploadedFile("shifts.csv", "\n".join([self.HEAD, *lines]).encode(), "text/csv")
        return client.post(f"{SHIFTS}import/", {"import_file": file, "format": "0"})

    def test_a_week_is_planned_at_once_and_again_changes_nothing(self, leader, agent):
        name = agent.user.username
        lunch = '"[{""start"": ""12:00:00"", ""minutes"": 30}]"'
        week = [f"{name},{day},09:00:00,17:00:00,,,{lunch}" for day in range(5)]

        self.upload(leader, *week)
        self.upload(leader, *week)

        assert Shift.objects.filter(agent=agent, version=1).count() == 5
        assert ShiftBreak.objects.filter(start=time(12), minutes=30).count() == 5

    def test_agents_of_other_teams_do_not_exist(self, leader, outsider):
        answers = [
            self.upload(leader, f"{name},0,09:00:00,17:00:00,,,") for name in (outsider.user.username, "nobody")
        ]

        texts = [answer.content.decode() for answer in answers]
        assert all("none of your teams&#x27; agents has the user name" in text for text in texts)
        assert not Shift.objects.exists()

    def test_what_is_exported_is_what_is_imported(self, leader, agent):
        _plan(agent)

        text = leader.post(f"{SHIFTS}export/", {"format": "0", "resource": ""}).content.decode()

        assert text.splitlines() == [
            self.HEAD,
            f'{agent.user.username},0,09:00:00,17:00:00,,,"[{{""start"": ""12:00:00"", ""minutes"": 30}}]"',
        ]


class TestAgentPage:
    @time_machine.travel(datetime(2026, 11, 25, 15, tzinfo=UTC), tick=False)
    def test_shows_the_plan_and_the_hours(self, leader, agent):
        Shift.objects.create(agent=agent, weekday=Weekday.WEDNESDAY, start=time(9), end=time(17))
        Presence.objects.create(
            agent=agent, at=datetime(2026, 11, 24, 14, tzinfo=UTC), status=Status.AVAILABLE, actor="test"
        )

        page = leader.get(f"/admin/agents/agent/{agent.pk}/change/").content.decode()

        assert "Now on shift until 17:00." in page
        assert "Wednesday 09:00-17:00" in page
        figures = re.findall(r"<td>(\d+:\d\d|–)</td>", page)
        assert [figures[0], figures[4]] == ["10:00", "15:00"]  # today since midnight, yesterday since 09:00
