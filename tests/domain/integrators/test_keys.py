from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.access.actor import Actor
from domain.access.fields import FIELDS, hidden_fields, unwritable
from domain.access.roles import RIGHTS, ROLES
from domain.integrators.keys import NEVER_OF_A_KEY, SCOPES, grant_problems
from tests.factory import person


def a_key_actor(**facts: Any) -> Actor:
    return Actor("key", "k", "CRM", **facts)


@pytest.mark.parametrize("scope", sorted(NEVER_OF_A_KEY))
def test_nobody_grants_a_key_what_makes_people_or_keys(scope: str) -> None:
    (problem,) = grant_problems(person("admin"), ROLES, scopes=[scope])
    assert (problem.pointer, problem.code) == ("/scopes/0", "not_grantable")


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_granted_that_its_maker_does_not_have(role: str) -> None:
    maker = person(role)
    refused = {problem.pointer for problem in grant_problems(maker, ROLES, scopes=sorted(SCOPES))}
    assert refused == {f"/scopes/{at}" for at, scope in enumerate(sorted(SCOPES)) if not maker.may(scope)}
    for name in ("roles", "field_roles"):
        wider = [problem.pointer for problem in grant_problems(maker, ROLES, **{name: list(ROLES)})]
        assert wider == [f"/{name}/{at}" for at, other in enumerate(ROLES) if role not in {"admin", other}]


def test_who_sees_only_some_orders_makes_no_key_that_sees_all() -> None:
    (problem,) = grant_problems(replace(person("sales"), orders_of="own"), ROLES, scopes=["orders.read"])
    assert (problem.pointer, problem.code) == ("/scopes", "wider_than_yours")
    (problem,) = grant_problems(replace(person("sales"), orders_of="department"), ROLES, "/types")
    assert problem.pointer == "/types"


def test_what_does_not_exist_is_named() -> None:
    problems = grant_problems(person("admin"), ROLES, scopes=["orders.burn"], roles=["emperor"], field_roles=["king"])
    assert [(p.pointer, p.code) for p in problems] == [
        (pointer, "unknown_reference") for pointer in ("/scopes/0", "/roles/0", "/field_roles/0")
    ]


def test_a_key_stands_in_the_field_table_by_its_field_roles_alone() -> None:
    protected = {name for name, rule in FIELDS.items() if rule.read is not None}
    acting = a_key_actor(roles=frozenset(ROLES), rights=RIGHTS - {"admin.all"})
    assert protected <= hidden_fields(acting)
    assert unwritable(acting, FIELDS) == frozenset(FIELDS)
    for role in ROLES:
        key = a_key_actor(field_roles=frozenset({role}))
        assert hidden_fields(key) == hidden_fields(person(role))
        assert unwritable(key, FIELDS) == unwritable(person(role), FIELDS)
