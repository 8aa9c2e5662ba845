"""One order's forecast, and whether a thousand of them are as good as they say, by a seeded factory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.forecast.foretell import Forecast, Foreteller, Standing
from domain.forecast.levels import Outcome
from domain.forecast.model import Model, Stay, fit
from tests.domain.forecast.plant import HOURS, NOW, SERVICE, STANDARD, TIME, Life, instant, lives

PRESENT = TIME.hours(NOW)


@lru_cache
def past() -> list[Life]:
    return lives(1, 1500, PRESENT - 1500, PRESENT)


@lru_cache
def learned() -> Model:
    """From what was known a while ago, with its own forecasts of a year compared with what came."""
    before = PRESENT - 400
    early = Foreteller(fit(known(past(), before), SERVICE))
    outcomes = [
        Outcome(
            "standard",
            stage,
            foretold(early, life, since).kept,
            min(life.delivered, PRESENT) - since,
            life.delivered <= PRESENT,
            (PRESENT - since) / 8,
        )
        for life in past()
        for stage, since in life.steps
        if before < since <= PRESENT
    ]
    return fit(known(past(), PRESENT), SERVICE, outcomes)


@lru_cache
def seasoned() -> Foreteller:
    return Foreteller(learned())


def known(orders: Sequence[Life], hour: float) -> list[Stay]:
    return [stay for life in orders for stay in life.stays(hour)]


def foretold(foreteller: Foreteller, life: Life, hour: float) -> Forecast:
    stage, since = life.at(hour)
    standing = Standing(
        stage, life.order_type, instant(life.opened), instant(since), instant(life.opened + life.promised)
    )
    said = foreteller.foretell(STANDARD, standing, TIME, instant(hour))
    assert said is not None
    return said


def an_order(stage: str = "in_production", **age: float) -> Standing:
    return Standing(
        stage, "standard", NOW - timedelta(days=40), NOW - timedelta(**age), due_at=NOW + timedelta(days=10)
    )


def test_of_orders_said_to_be_done_by_p80_eight_in_ten_are() -> None:
    foreteller, hour = seasoned(), PRESENT
    fresh = [life for life in lives(2, 6000, hour - 400, hour) if life.opened <= hour < life.delivered]
    assert len(fresh) > 800
    said = [(foretold(foreteller, life, hour), instant(life.delivered)) for life in fresh]
    share = {
        level: sum(came <= getattr(one, level) for one, came in said) / len(said) for level in ("p50", "p80", "p95")
    }
    assert 0.44 <= share["p50"] <= 0.56, share
    assert 0.75 <= share["p80"] <= 0.85, share
    assert 0.92 <= share["p95"] <= 0.98, share
    late = [
        (one.late_percent, came > instant(life.opened + life.promised))
        for (one, came), life in zip(said, fresh, strict=True)
    ]
    for low, high in ((5, 35), (35, 65), (65, 95)):
        there = [was for percent, was in late if percent is not None and low <= percent < high]
        assert low / 100 - 0.05 <= sum(there) / len(there) <= high / 100 + 0.05, (low, len(there))


def test_it_is_better_than_medians() -> None:
    foreteller, hour = seasoned(), PRESENT
    fresh = [life for life in lives(3, 2000, hour - 400, hour) if life.opened <= hour < life.delivered]
    ours = theirs = 0.0
    for life in fresh:
        said, came = foretold(foreteller, life, hour), life.delivered - hour
        ours += sum(
            pinball(TIME.hours(getattr(said, name)) - hour, came, level)
            for name, level in (("p50", 0.5), ("p80", 0.8), ("p95", 0.95))
        )
        theirs += sum(pinball(by_medians(life, hour), came, level) for level in (0.5, 0.8, 0.95))
    assert ours < 0.7 * theirs


def pinball(said: float, came: float, level: float) -> float:
    return max(level * (came - said), (level - 1) * (came - said))


def by_medians(life: Life, hour: float) -> float:
    """What stood here before: the middle of each stage along the shortest way, the present one from its beginning."""
    stage, since = life.at(hour)
    ahead = list(HOURS)[list(HOURS).index(stage) + 1 :]
    return max(since + HOURS[stage][0] - hour, 0) + sum(HOURS[one][0] for one in ahead)


@given(st.sampled_from(list(HOURS)), st.floats(0, 300))
def test_days_are_in_order_and_never_before_now(stage: str, days: float) -> None:
    said = seasoned().foretell(STANDARD, an_order(stage, days=days), TIME, NOW)
    assert said is not None
    assert NOW <= said.p50 <= said.p80 <= said.p95 < NOW + timedelta(days=400)
    assert said.late_percent is not None
    assert 1 <= said.late_percent <= 99
    assert all(one <= other for one, other in pairwise(said.kept))


def test_the_longer_it_stands_the_later_it_comes_but_never_absurdly() -> None:
    """Of what has stood a week of forty hours less is left, but not forty hours less; after ten weeks it is stuck."""
    left = {}
    for days in (0, 7, 70):
        said = seasoned().foretell(STANDARD, an_order(days=days), TIME, NOW)
        assert said is not None
        left[days] = TIME.hours(said.p50) - PRESENT
        assert said.p80 - NOW < timedelta(days=120)
    assert left[0] - 40 + 5 < left[7] < left[0] - 5
    assert left[70] > left[0] + 40


def test_the_same_question_has_the_same_answer() -> None:
    model = Model.parse(learned().as_json())
    one, other = (Foreteller(model).foretell(STANDARD, an_order(days=3), TIME, NOW) for _ in range(2))
    assert one == other
    assert fit(known(past(), PRESENT), SERVICE).as_json() == fit(known(past(), PRESENT), SERVICE).as_json()


def test_a_later_day_is_less_likely_missed() -> None:
    foreteller = seasoned()
    order = an_order(days=1)
    percents = []
    for days in range(1, 40, 3):
        said = foreteller.foretell(STANDARD, replace(order, due_at=NOW + timedelta(days=days)), TIME, NOW)
        percents.append(said and said.late_percent)
    assert percents[0] == 99
    assert percents[-1] == 1


def test_what_is_past_its_day_is_late_and_what_has_none_is_not_asked() -> None:
    foreteller = seasoned()
    past_due = foreteller.foretell(STANDARD, replace(an_order(), due_at=NOW), TIME, NOW)
    no_day = foreteller.foretell(STANDARD, replace(an_order(), due_at=None), TIME, NOW)
    assert past_due is not None
    assert past_due.late_percent == 100
    assert no_day is not None
    assert no_day.late_percent is None


def test_it_says_how_sure_it_is() -> None:
    def said(model: Model, order: Standing) -> tuple[str, str]:
        forecast = Foreteller(model).foretell(STANDARD, order, TIME, NOW)
        assert forecast is not None
        return forecast.confidence, forecast.basis

    assert said(learned(), an_order()) == ("high", "history")
    assert said(replace(learned(), levels=Model().levels), an_order()) == ("medium", "history"), "nothing compared yet"
    assert said(learned(), replace(an_order(), held=True)) == ("low", "history")
    assert said(Model(), an_order()) == ("low", "service_levels")
    first = fit(known(past()[:6], PRESENT), SERVICE)
    assert said(first, an_order()) == ("low", "mixed")


def test_what_no_way_leads_to_the_end_of_is_not_foretold() -> None:
    assert Foreteller(Model()).foretell(STANDARD, an_order("cancelled"), TIME, NOW) is None
    assert Foreteller(Model()).foretell(STANDARD, an_order("delivered"), TIME, NOW) is None


def test_it_tells_which_stages_take_the_time() -> None:
    said = Foreteller(learned()).foretell(STANDARD, an_order("scheduled"), TIME, NOW)
    assert said is not None
    assert [one.stage for one in said.ahead] == list(HOURS)[2:]
    assert max(said.ahead, key=lambda one: one.hours).stage == "in_production"
    days = [one.until for one in said.ahead]
    assert days == sorted(days)
    assert days[-1] == said.p50


def test_failed_inspections_are_reckoned_with() -> None:
    """A factory whose inspections half fail takes longer from production on than one whose never do."""
    ends: list[datetime] = []
    for failing in (0, 40):
        stays = [
            stay for stay in known(past(), PRESENT) if stay.next_stage != "in_production" or stay.stage != "awaiting_qc"
        ]
        stays += [Stay("standard", "awaiting_qc", "standard", 80.0, 3.0, 1.0, "in_production")] * failing * 40
        said = Foreteller(fit(stays, SERVICE)).foretell(STANDARD, an_order(), TIME, NOW)
        assert said is not None
        ends.append(said.p80)
    assert ends[1] > ends[0] + timedelta(days=2)


def test_levels_that_were_too_bold_are_corrected() -> None:
    """Where all that was foretold took twice as long, the days that are told move out; the likelihood moves too."""
    raw = Foreteller(fit(known(past(), PRESENT), SERVICE))
    plain = raw.foretell(STANDARD, an_order(), TIME, NOW)
    assert plain is not None
    late = [Outcome("standard", "in_production", plain.kept, plain.kept[18], True, 1.0)] * 300
    told = Foreteller(fit(known(past(), PRESENT), SERVICE, late)).foretell(STANDARD, an_order(), TIME, NOW)
    assert told is not None
    assert told.p50 > plain.p50
    assert told.late_percent is not None
    assert plain.late_percent is not None
    assert told.late_percent >= plain.late_percent
