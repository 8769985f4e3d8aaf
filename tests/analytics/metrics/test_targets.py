from datetime import date

import pytest
from django.core.exceptions import ValidationError

from agents.models import Team
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import Standing, aim_of, check_target, targets_for
from analytics.models import Target
from helpninja.common.values import Value
from tests import factories
from tests.analytics.rows import frame


def aim(key, value, **fields):
    return aim_of(METRICS[key], Target(metric=key, value=value, **fields))


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("first_response_time", 300, "< 5 min"),
        ("resolution_rate", 0.85, "> 85%"),
        ("resolution_rate", 0.855, "> 85.5%"),
        ("csat", 4, "> 4.0/5"),
        ("sla_breaches", 0, "0"),
        ("sla_breaches", 3, "at most 3"),
        ("conversations", 100, "100"),
    ],
)
def test_a_target_as_people_read_it(key, value, text):
    assert aim(key, value).text == text


@pytest.mark.parametrize(
    ("key", "target", "value", "met"),
    [
        ("first_response_time", 300, 299, True),
        ("first_response_time", 300, 300, False),
        ("csat", 4, 4.1, True),
        ("csat", 4, 4.0, False),
        ("sla_breaches", 0, 0, True),
        ("sla_breaches", 0, 1, False),
        ("csat", 4, None, None),
        ("conversations", 100, 200, None),
    ],
)
def test_a_count_may_equal_its_target_and_all_else_must_be_better(key, target, value, met):
    assert aim(key, target).met(Value(value, 10)) is met


@pytest.mark.django_db
def test_the_installed_targets_and_none_of_unknown_metrics():
    Target.objects.create(metric="forgotten", value=1)

    assert {key: aim.text for key, aim in targets_for([*METRICS, "forgotten"], frame()).items()} == {
        "first_response_time": "< 5 min",
        "resolution_rate": "> 85%",
        "csat": "> 4.0/5",
        "sla_breaches": "0",
        "quality_score": "> 85.0",
        "reescalation_rate": "< 5%",
        "workload_equity": "< 20%",
        "utilization": "25% to 35%",
    }


class TestJudging:
    @pytest.mark.parametrize(
        ("hits", "standing", "words"),
        [
            (89, Standing.MISSED, "Below target"),
            (90, Standing.MISSED, "At target, not better"),
            (94, Standing.MET, "Above target"),
            (95, Standing.EXCELLENT, "Excellent"),
        ],
    )
    def test_where_more_is_better(self, hits, standing, words):
        judged = aim("resolution_rate", 0.9, excellent=0.95).judge(Value.of_rate(hits, 100))

        assert (judged.standing, judged.words) == (standing, words)

    @pytest.mark.parametrize(
        ("seconds", "standing", "words"),
        [
            (301, Standing.MISSED, "Over target"),
            (299, Standing.MET, "Within target"),
            (126, Standing.EXCELLENT, "Excellent"),
        ],
    )
    def test_where_less_is_better(self, seconds, standing, words):
        judged = aim("first_response_time", 300, excellent=150).judge(Value(seconds, 100))

        assert (judged.standing, judged.words) == (standing, words)

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (0.24, "Outside the target range"),
            (0.25, "In the target range"),
            (0.35, "In the target range"),
            (0.36, "Outside the target range"),
        ],
    )
    def test_where_a_range_is_good(self, number, words):
        wanted = aim("ai_confidence", 0.25, up_to=0.35)

        assert wanted.judge(Value(number, 100)).words == words
        assert wanted.text == "0.25 to 0.35"

    def test_too_few_rows_are_not_judged_but_a_count_is(self):
        assert aim("resolution_rate", 0.9).judge(Value.of_rate(4, 4)).standing is None
        assert aim("resolution_rate", 0.9).judge(Value(None, 0)).standing is None
        assert aim("sla_breaches", 0).judge(Value.of_count(0)).words == "On target"
        assert aim("sla_breaches", 0).judge(Value.of_count(1)).words == "Over target"


@pytest.mark.django_db
class TestTargetsFor:
    def test_the_installed_ones_are_of_known_figures_and_valid(self):
        for row in Target.objects.all():
            check_target(row)

    def test_a_team_has_its_own_which_is_not_for_one_person(self, agent):
        support = frozenset({factories.support().pk})

        assert targets_for(["csat"], frame())["csat"].value == 4.0
        assert targets_for(["csat"], frame(teams=support))["csat"].value == 4.4
        assert targets_for(["csat"], frame(teams=support, agent=agent.pk))["csat"].value == 4.0

    def test_each_person_has_their_own_or_those_of_all(self, agent):
        assert targets_for(["resolution_rate"], frame())["resolution_rate"].text == "> 85%"
        assert targets_for(["resolution_rate"], frame(agent=agent.pk))["resolution_rate"].text == "> 90%"

    def test_a_team_may_have_one_for_its_people(self, agent):
        support = factories.support()
        Target.objects.create(metric="csat", team=support, per_person=True, value=4.2)

        found = targets_for(["csat"], frame(teams=frozenset({support.pk}), agent=agent.pk))

        assert found["csat"].value == 4.2

    def test_a_team_s_is_not_for_several_teams(self):
        ids = frozenset(Team.objects.values_list("pk", flat=True)) | {factories.make_team().pk}

        assert targets_for(["csat"], frame(teams=ids))["csat"].value == 4.0

    def test_a_topic_has_its_own(self):
        topic = factories.make_topic()
        Target.objects.create(metric="csat", topic=topic, value=4.7)

        assert targets_for(["csat"], frame(topics=(topic.pk,)))["csat"].value == 4.7
        assert targets_for(["csat"], frame())["csat"].value == 4.0

    def test_the_latest_begun_at_the_end_of_the_window_holds(self):
        Target.objects.create(metric="csat", value=4.2, valid_from=date(2026, 3, 10))
        Target.objects.create(metric="csat", value=4.9, valid_from=date(2026, 3, 11))

        assert targets_for(["csat"], frame())["csat"].value == 4.2

    def test_all_are_found_in_one_query(self, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert set(targets_for(METRICS, frame())) >= {"csat", "resolution_rate", "first_response_time"}


@pytest.mark.parametrize(
    ("fields", "name", "says"),
    [
        ({"metric": "happiness"}, "metric", "“happiness” is no metric with a target"),
        ({"metric": "peak_hours"}, "metric", "“peak_hours” is no metric with a target"),
        ({"value": 90}, "value", "Resolution rate is from 0 to 1 (85% is 0.85)."),
        ({"metric": "csat", "value": 0.5}, "value", "from 1 to 5"),
        ({"metric": "first_response_time", "value": -1}, "value", "0 or more"),
        ({"up_to": 0.95}, "up_to", "not a range"),
        ({"metric": "ai_confidence", "excellent": 0.95}, "excellent", "neither more nor less"),
        ({"excellent": 0.85}, "excellent", "worse than the target"),
    ],
)
def test_what_a_figure_can_t_have_names_the_field(fields, name, says):
    with pytest.raises(ValidationError) as error:
        check_target(Target(**{"metric": "resolution_rate", "value": 0.9, **fields}))

    assert list(error.value.message_dict) == [name]
    assert says in error.value.message_dict[name][0]
