"""Every use case says which right it needs, and the right exists."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import usecases
from domain.access.roles import CUSTOMER_RIGHTS, RIGHTS
from usecases.door import Terms

# What needs no right: signing in, what one may always know or end about oneself, probes of the machinery.
PORTAL_DOOR = ("usecases.portal.request_code", "usecases.portal.redeem_code", "usecases.portal.sessions")
FOR_ANYBODY = (
    "usecases.people.",
    "usecases.integrators.come_in",
    "usecases.health",
    "usecases.outgoing.notices",
    "usecases.throttle",
    *PORTAL_DOOR,
)


def _verbs() -> Iterator[Any]:
    for module in pkgutil.walk_packages(usecases.__path__, "usecases."):
        for name, verb in inspect.getmembers(importlib.import_module(module.name), inspect.iscoroutinefunction):
            if isinstance(getattr(verb, "terms", None), Terms) and verb.__module__ == module.name:
                yield pytest.param(verb, id=f"{module.name}.{name}")


VERBS = list(_verbs())


@pytest.mark.parametrize("verb", VERBS)
def test_a_use_case_needs_a_right_that_exists(verb: Any) -> None:
    terms: Terms = verb.terms
    if verb.__module__.startswith(FOR_ANYBODY):
        assert terms.right is None or terms.right in RIGHTS | CUSTOMER_RIGHTS
    else:
        assert terms.right in RIGHTS | CUSTOMER_RIGHTS


@pytest.mark.parametrize("verb", VERBS)
def test_a_use_case_says_what_it_answers(verb: Any) -> None:
    assert verb.__doc__
