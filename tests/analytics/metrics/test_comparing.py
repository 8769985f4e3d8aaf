from analytics.metrics.comparing import (
    Balance,
    Evidence,
    balance,
    best,
    loads,
    most_versatile,
    others_than,
    shortfalls,
    strengths,
    to_move,
)
from analytics.metrics.equity import spread
from analytics.metrics.registry import METRICS
from analytics.metrics.targets import aim_of
from analytics.models import Target
from helpninja.common.values import Value

SIX = {"Sarah": 156, "David": 142, "Lisa": 165, "Tom": 138, "Mike": 149, "Jenny": 128}
SEVEN = {"Lisa": 142, "Ann": 105, "Sarah": 100, "Mike": 90, "David": 88, "Tom": 88, "Jenny": 87}


def aim(key, value, **fields):
    return aim_of(METRICS[key], Target(metric=key, value=value, **fields))


class TestBest:
    def test_less_time_and_more_of_a_rate_are_best(self):
        times = {"Sarah": Value(126, 50), "Tom": Value(246, 50)}
        rates = {"Sarah": Value.of_rate(94, 100), "Tom": Value.of_rate(85, 100)}

        assert (best("first_response_time", times).who, best("first_response_time", times).text) == (
            ("Sarah",),
            "2.1 min",
        )
        assert best("resolution_rate", rates).who == ("Sarah",)

    def test_those_who_read_the_same_tie(self):
        scores = {"Sarah": Value(4.61, 50), "Mike": Value(4.58, 40), "Tom": Value(4.2, 50)}

        assert best("csat", scores).who == ("Sarah", "Mike")

    def test_too_few_rows_are_not_the_best_and_nobody_is_alone(self):
        assert best("csat", {"Sarah": Value(5.0, 4), "Tom": Value(4.2, 50), "Mike": Value(4.1, 5)}).who == ("Tom",)
        assert best("csat", {"Sarah": Value(5.0, 4), "Tom": Value(4.2, 50)}) is None

    def test_the_most_versatile_handled_five_of_each_topic(self):
        topics = {"Mike": {1: 5, 2: 9, 3: 5, 4: 4}, "Sarah": {1: 90, 2: 4, None: 9}, "Tom": {1: 5, 2: 5}}

        assert most_versatile(topics) == (("Mike",), 3)
        assert most_versatile({"Sarah": {1: 90}}) == ((), 0)


class TestFindings:
    AIMS = {"resolution_rate": aim("resolution_rate", 0.9, excellent=0.95)}

    def test_a_missed_target_beyond_chance_and_within_it(self):
        sure = shortfalls({"resolution_rate": Value.of_rate(100, 150)}, {}, self.AIMS)
        unsure = shortfalls({"resolution_rate": Value.of_rate(126, 142)}, {}, self.AIMS)

        assert [(one.evidence, one.than, one.is_sure) for one in (*sure, *unsure)] == [
            (Evidence.TARGET, 0.9, True),
            (Evidence.TARGET, 0.9, False),
        ]

    def test_nothing_is_said_of_too_few_or_without_evidence(self):
        assert shortfalls({"resolution_rate": Value.of_rate(1, 4)}, {}, self.AIMS) == ()
        assert shortfalls({"resolution_rate": Value.of_rate(94, 100)}, {}, self.AIMS) == ()
        assert (
            shortfalls({"first_response_time": Value(246, 9)}, {"first_response_time": Value(170, 90)}, {}) == ()
        )

    def test_nobody_is_behind_with_the_same_as_the_others(self):
        same = {"first_contact_resolution": Value.of_rate(126, 126)}
        others = {"first_contact_resolution": Value.of_rate(500, 500)}

        assert shortfalls(same, others, {}) == strengths(same, others, {}) == ()

    def test_slower_than_the_others_beyond_chance(self):
        own = {"first_response_time": Value(246, 138, bounds=(228, 264))}

        (found,) = shortfalls(own, {"first_response_time": Value(174, 740)}, {})

        assert (found.evidence, found.than, found.is_sure) == (Evidence.OTHERS, 174, True)

    def test_strengths_are_excellent_or_better_than_the_others_beyond_chance(self):
        values = {
            "resolution_rate": Value.of_rate(147, 150),
            "first_response_time": Value(126, 150, bounds=(115, 137)),
            "csat": Value(4.2, 100, bounds=(4.1, 4.3)),
        }
        others = {"first_response_time": Value(180, 700), "csat": Value(4.25, 700)}

        assert [(one.metric.key, one.evidence) for one in strengths(values, others, self.AIMS)] == [
            ("first_response_time", Evidence.OTHERS),
            ("resolution_rate", Evidence.TARGET),
        ]

    def test_the_others_are_all_without_one_self(self):
        assert others_than(Value.of_rate(3, 4), Value.of_rate(5, 10)) == Value.of_rate(2, 6)
        assert others_than(Value(100.0, 1), Value(250.0, 4)) == Value(300.0, 3)
        assert others_than(Value(100.0, 1), Value(100.0, 1)) == Value(None, 0)


class TestEquity:
    def test_six_agents_conversations_are_spread_by_their_own_numbers(self):
        found = loads(SIX, spread(SIX))

        assert (found.highest.who, round(100 * found.highest.share)) == ("Lisa", 113)
        assert (found.lowest.who, round(100 * found.lowest.share)) == ("Jenny", 87)
        assert round(100 * found.spread.value, 1) == 8.2
        assert balance(found, aim("workload_equity", 0.2)) is Balance.EVEN

    def test_142_and_87_percent_deviate_by_18_3_percent_in_a_team_of_seven(self):
        found = loads(SEVEN, spread(SEVEN))

        assert round(100 * found.highest.share) == 142
        assert round(100 * found.lowest.share) == 87
        assert round(100 * found.spread.value, 1) == 18.3
        assert balance(found, aim("workload_equity", 0.2)) is Balance.SLIGHT

    def test_more_than_the_target_is_uneven(self):
        counts = {"Lisa": 300, "Tom": 100, "Jenny": 100}
        found = loads(counts, spread(counts))

        assert balance(found, aim("workload_equity", 0.2)) is Balance.UNEVEN
        assert to_move(found) == 133

    def test_nobody_is_compared_with_nobody(self):
        assert loads({"Lisa": 9, "Tom": 0}, Value(0.0, 1)) is None


def test_six_can_t_deviate_by_less_than_18_9_percent_with_142_and_87():
    """The least that the two ends leave is where the four between them are alike."""
    between = (6 - 1.42 - 0.87) / 4

    assert round(100 * spread(dict(enumerate([1.42, 0.87, *[between] * 4]))).value, 1) == 18.9
