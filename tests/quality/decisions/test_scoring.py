from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.decisions.rubrics import Band, Category, Criterion, Definition
from quality.decisions.scoring import Given, Part, band_of, score
from quality.enums import CriterionKind, Verdict
from quality.models import RubricVersion, ScoreBand

SCALE = (Band("Good", Decimal(10)), Band("Poor", Decimal(0)))


def criterion(key, category="Care", **fields):
    return Criterion(key=key, name=key, category=category, **{"bands": SCALE, **fields})


def points(**given_points):
    return {key: Given(Decimal(str(value))) for key, value in given_points.items()}


TWO_CATEGORIES = Definition(
    (Category("Care", Decimal(60)), Category("Facts", Decimal(40))),
    (
        criterion("greeting", weight=Decimal(1)),
        criterion("empathy", weight=Decimal(2)),
        criterion("accuracy", "Facts"),
    ),
)


def test_categories_and_weights_share_out_the_whole():
    scored = score(TWO_CATEGORIES, points(greeting=10, empathy=5, accuracy=0))

    assert scored.total == Decimal("40.0")
    assert scored.parts == {
        "greeting": Part(Decimal("20.00"), Decimal("20.00")),
        "empathy": Part(Decimal("20.00"), Decimal("40.00")),
        "accuracy": Part(Decimal("0.00"), Decimal("40.00")),
    }
    assert scored.missing == ()


def test_weight_of_a_criterion_that_is_na_spreads_over_the_rest_of_its_category():
    scored = score(TWO_CATEGORIES, {**points(empathy=5, accuracy=10), "greeting": Given(na=True)})

    assert scored.parts["empathy"] == Part(Decimal("30.00"), Decimal("60.00"))
    assert scored.total == Decimal("70.0")


def test_category_that_is_na_as_a_whole_spreads_over_the_others():
    scored = score(TWO_CATEGORIES, {**points(greeting=10, empathy=5), "accuracy": Given(na=True)})

    assert scored.parts["greeting"].possible == Decimal("33.33")
    assert scored.total == Decimal("66.7")


def test_total_is_unknown_when_everything_is_na():
    scored = score(TWO_CATEGORIES, {key: Given(na=True) for key in ("greeting", "empathy", "accuracy")})

    assert scored.total is None
    assert scored.parts == {}


def test_what_has_no_answer_is_named():
    assert score(TWO_CATEGORIES, points(greeting=10)).missing == ("empathy", "accuracy")


def with_extras(kind, **fields):
    extra = Criterion(key="extra", name="Extra", kind=kind, **fields)
    return Definition(TWO_CATEGORIES.categories, (*TWO_CATEGORIES.criteria, extra))


def test_failed_auto_fail_criterion_makes_the_whole_score_zero():
    definition = with_extras(CriterionKind.AUTO_FAIL)
    said = points(greeting=10, empathy=10, accuracy=10)

    assert score(definition, {**said, "extra": Given(verdict=Verdict.PASSED)}).total == Decimal("100.0")
    failed = score(definition, {**said, "extra": Given(verdict=Verdict.FAILED)})

    assert (failed.total, failed.auto_failed) == (Decimal("0.0"), True)
    assert failed.parts["greeting"] == Part(Decimal("20.00"), Decimal("20.00"))
    assert score(definition, said).missing == ("extra",)


def test_bonus_comes_on_top_and_ends_at_100():
    definition = with_extras(CriterionKind.BONUS, bands=(Band("Above and beyond", Decimal(5)),))

    said = points(greeting=10, empathy=10, accuracy=9)
    assert score(definition, said).total == Decimal("96.0")
    assert score(definition, {**said, **points(extra=3)}).total == Decimal("99.0")
    assert score(definition, {**said, **points(extra=5)}).total == Decimal("100.0")


def test_question_neither_scores_nor_is_missed():
    definition = with_extras(CriterionKind.QUESTION)

    scored = score(definition, points(greeting=10, empathy=10, accuracy=10))

    assert (scored.total, scored.missing) == (Decimal("100.0"), ())


def test_halves_round_away_from_zero():
    definition = Definition((Category("All", Decimal(1)),), (criterion("one", "All"),))

    assert score(definition, points(one="8.125")).total == Decimal("81.3")
    assert score(definition, points(one="8.12")).total == Decimal("81.2")


@given(
    said=st.dictionaries(
        st.sampled_from(["greeting", "empathy", "accuracy"]),
        st.one_of(st.just(Given(na=True)), st.decimals(0, 10, places=2).map(Given)),
    )
)
def test_parts_make_up_the_total_and_the_possible_100(said):
    scored = score(TWO_CATEGORIES, said)

    if scored.total is None:
        assert scored.parts == {}
        return
    assert abs(sum(part.possible for part in scored.parts.values()) - 100) <= Decimal("0.02")
    assert abs(sum(part.score for part in scored.parts.values()) - scored.total) <= Decimal("0.07")
    assert all(0 <= part.score <= part.possible for part in scored.parts.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "total"),
    [
        ((25, 25, 25, 23), "98.0"),
        ((15, 20, 15, 22), "72.0"),
    ],
)
def test_sample_reviews_of_the_guide_come_out_by_the_installed_rubric(said, total):
    """Response time, first contact resolution, satisfaction, technical accuracy."""
    definition = Definition.from_json(RubricVersion.objects.get().definition)

    assert score(definition, points(**dict(zip(definition.by_key, said, strict=True)))).total == Decimal(total)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("total", "name"),
    [
        ("100", "Excellent"), ("92.3", "Excellent"), ("90", "Excellent"), ("89.9", "Very Good"),
        ("87.1", "Very Good"), ("85", "Very Good"), ("84.9", "Good"), ("84.2", "Good"), ("75", "Good"),
        ("74.9", "Needs improvement"), ("0", "Needs improvement"),
    ],
)  # fmt: skip
def test_bands_of_totals(total, name):
    assert band_of(Decimal(total), ScoreBand.objects.all()).name == name


def test_no_total_has_no_band():
    assert band_of(None, [ScoreBand(name="Any", least=Decimal(0))]) is None
