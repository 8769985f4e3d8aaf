from decimal import Decimal

from billing.decisions import MonthShare, cost_per_resolution, handling_cost, shared_cost


def test_handling_costs_its_part_of_the_hour():
    assert handling_cost([(1800, Decimal("60.00")), (60, Decimal("30.00"))]) == Decimal("30.50")


def test_shared_cost_falls_evenly_on_the_month_s_escalations():
    months = [MonthShare(Decimal("100"), opened=8, ours=2), MonthShare(Decimal("50"), opened=5, ours=5)]

    assert shared_cost(months) == Decimal("75")


def test_a_month_without_escalations_burdens_nobody():
    assert shared_cost([MonthShare(Decimal("100"), opened=0, ours=0)]) == 0


def test_cost_per_resolution_shows_its_working():
    months = [MonthShare(Decimal("20"), opened=2, ours=1)]

    cost = cost_per_resolution([(3600, Decimal("40.00"))], months, 4)

    assert cost.value == Decimal("12.5")
    assert cost.because == "(40.00 handling + 10.00 shared) / 4 resolutions"


def test_without_resolutions_there_is_no_value():
    assert cost_per_resolution([(3600, Decimal("40.00"))], [], 0).value is None
