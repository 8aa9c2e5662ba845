"""Properties of distributions: in order, whole, the same for the same, and never absurd."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forecast.spread import NOTHING, Spread, add, merged, mix, still_to_last
from domain.forecast.survival import EDGES, Counts, Survival, by_service_level, cell_of, posterior, share_left

HOURS = st.floats(0.1, 800)
SEEN = st.lists(st.tuples(HOURS, st.booleans(), st.floats(0.05, 1)), max_size=60)
AGES = st.floats(0, 5000)
LEVELS = [level / 50 for level in range(1, 50)]


def survival(seen: list[tuple[float, bool, float]], service_hours: float | None = 24) -> Survival:
    counts = Counts(len(EDGES) - 1)
    for hours, ended, weight in seen:
        counts.add(cell_of(EDGES, hours), weight, ended=ended)
    return posterior(by_service_level(service_hours), 4.0, counts)


@given(SEEN)
def test_what_lasts_only_ever_becomes_less(seen: list[tuple[float, bool, float]]) -> None:
    curve = survival(seen)
    assert curve[0] == 1
    assert 0 <= curve[-1] < 1e-6
    assert all(later <= earlier for earlier, later in pairwise(curve))


@given(SEEN, AGES)
def test_quantiles_are_in_order_and_never_before_now(seen: list[tuple[float, bool, float]], age: float) -> None:
    spread = still_to_last(survival(seen), age)
    quantiles = [spread.quantile(level) for level in LEVELS]
    assert quantiles[0] >= 0
    assert quantiles == sorted(quantiles)
    assert sum(weight for _, weight in spread.points) == pytest.approx(1)


@given(SEEN, AGES)
def test_what_has_lasted_long_is_never_foretold_absurdly(seen: list[tuple[float, bool, float]], age: float) -> None:
    """Longer than anything seen: the service level's curve says, by which half are over in at most as long again."""
    curve = survival(seen)
    longest = max((hours for hours, _, _ in seen), default=0.0)
    assert still_to_last(curve, age).quantile(0.5) <= max(age, longest, 24) * 1.5


@given(SEEN, st.floats(0.5, 100))
def test_an_age_makes_it_the_distribution_of_those_that_lasted_so_long(
    seen: list[tuple[float, bool, float]], age: float
) -> None:
    curve = survival(seen)
    spread = still_to_last(curve, age)
    for hours in (1.0, 8.0, 40.0):
        exact = 1 - share_left(curve, age + hours) / share_left(curve, age)
        assert spread.share_within(hours) == pytest.approx(exact, abs=0.12)


@given(SEEN, SEEN)
def test_one_after_the_other_takes_as_long_as_both(
    one: list[tuple[float, bool, float]], other: list[tuple[float, bool, float]]
) -> None:
    first, second = (still_to_last(survival(seen), 0) for seen in (one, other))
    both = add(first, second)
    assert mean(both) == pytest.approx(mean(first) + mean(second))
    assert both == add(first, second), "the same in, the same out"
    assert add(first, NOTHING) is first


def mean(spread: Spread) -> float:
    return sum(hours * weight for hours, weight in spread.points)


def test_a_mixture_takes_its_share_of_each() -> None:
    long, short = Spread(((10.0, 1.0),)), Spread(((1.0, 1.0),))
    assert mean(mix([(3, long), (1, short)])) == pytest.approx(7.75)


def test_merging_keeps_the_tail() -> None:
    spread = merged((float(hour), 1.0) for hour in range(10_000))
    assert len(spread.points) < 50
    for level in (0.1, 0.5, 0.8, 0.95):
        assert spread.quantile(level) == pytest.approx(10_000 * level, rel=0.01)


def test_what_still_goes_on_counts_as_at_least_so_long() -> None:
    done = [(8.0, True, 1.0)] * 20
    assert still_to_last(survival([*done, *[(60.0, False, 1.0)] * 20]), 0).quantile(0.8) > 60
    assert still_to_last(survival(done), 0).quantile(0.8) < 10


def test_without_a_history_the_service_level_says() -> None:
    spread = still_to_last(by_service_level(40), 0)
    assert spread.quantile(0.5) == pytest.approx(20, rel=0.1)
    assert spread.quantile(0.8) == pytest.approx(40, rel=0.1)
