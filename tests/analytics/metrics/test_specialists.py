import pytest

from analytics.metrics.specialists import Bench, bench, specialization


@pytest.mark.parametrize(
    ("skills", "text"),
    [
        ([("Billing", 5), ("Technical support", 2)], "Billing"),
        ([("Billing", 5), ("Account management", 5), ("APIs", 4)], "Account management, Billing"),
        ([("APIs", 4)], "APIs"),
        ([("Billing", 3), ("APIs", 3)], "General"),
        ([], "General"),
    ],
)
def test_a_specialization_is_what_somebody_knows_best_from_level_four_on(skills, text):
    assert specialization(skills) == text


def test_each_skill_has_its_specialists_and_generalists():
    people = [[("Billing", 5), ("APIs", 2)], [("Billing", 3)], [("APIs", 4)]]

    assert bench(people) == (Bench("APIs", 1, 1), Bench("Billing", 1, 1))
