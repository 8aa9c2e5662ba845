import pytest

from domain.portal.complaints import STEPS, possible, step_of
from domain.portal.survey import promoter_score

STATES = ("open", "in_progress", "resolved", "reopened", "closed")


@pytest.mark.parametrize("state", STATES)
def test_a_complaint_never_gets_stuck(state: str) -> None:
    """From every state somebody can bring it to its end, and the customer can always be heard again."""
    assert possible("staff", state)  # type: ignore[arg-type]
    assert {"add", "reopen"} & set(possible("customer", state))  # type: ignore[arg-type]


def test_only_what_leads_on_from_a_state_is_a_step() -> None:
    assert step_of("staff", "close", "open") is None
    assert step_of("customer", "resolve", "open") is None
    step = step_of("staff", "resolve", "reopened")
    assert step is not None
    assert step.to_state == "resolved"


def test_every_step_is_of_a_known_state() -> None:
    assert {state for step in STEPS.values() for state in step.from_states} <= set(STATES)


@pytest.mark.parametrize(
    ("counts", "score"), [((0, 0, 0), None), ((1, 0, 1), 100), ((1, 2, 4), -25), ((0, 1, 1), -100)]
)
def test_the_score_is_promoters_less_detractors(counts: tuple[int, int, int], score: int | None) -> None:
    assert promoter_score(*counts) == score
