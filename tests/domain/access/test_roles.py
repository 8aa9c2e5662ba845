from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from domain.access.actor import Actor, OrdersOf, Standing
from domain.access.rights import RIGHT_LABELS
from domain.access.roles import RIGHTS, ROLES, Role, rights_of, standing_of, wider_than
from domain.text import Text

NINE = ["sales", "design", "production", "warehouse", "management", "quality", "driver", "finance", "admin"]
CLERK = Role("clerk", Text("文员", "Clerk"), frozenset({"orders.read"}), based_on="sales", orders_of="own")
ME = UUID(int=7)


def test_there_are_nine_roles_with_names_in_both_languages() -> None:
    assert list(ROLES) == NINE
    assert all(role.label.zh and role.label.en for role in ROLES.values())
    assert len({role.label.zh for role in ROLES.values()}) == 9


@pytest.mark.parametrize("role", NINE)
def test_a_role_gives_known_rights_and_lets_everybody_read_orders(role: str) -> None:
    assert rights_of([role]) <= RIGHTS
    assert "orders.read" in rights_of([role])


def test_only_the_administrator_holds_all() -> None:
    assert [key for key, role in ROLES.items() if "admin.all" in role.rights] == ["admin"]


def test_only_sales_opens_orders_and_only_administrators_edit_people() -> None:
    assert [key for key, role in ROLES.items() if "orders.open" in role.rights] == ["sales", "admin"]
    assert [key for key, role in ROLES.items() if "people.edit" in role.rights] == ["admin"]


def test_rights_of_several_roles_add_up_and_an_unknown_role_gives_none() -> None:
    assert rights_of(["driver", "quality"]) == rights_of(["driver"]) | rights_of(["quality"])
    assert rights_of(["emperor"]) == frozenset()
    assert rights_of([]) == frozenset()


def test_a_role_is_shown_with_its_rights_in_order() -> None:
    assert ROLES["driver"].as_json() == {
        "key": "driver",
        "label": {"zh": "司机", "en": "Driver"},
        "rights": ["exports.own", "orders.read", "shipping.deliver"],
        "based_on": "driver",
        "built_in": True,
        "orders_of": "all",
        "second_factor": False,
        "version": 0,
    }


def test_a_role_of_the_factory_stands_for_the_one_that_it_is_based_on_with_rights_of_its_own() -> None:
    standing = standing_of(["clerk"], {"clerk": CLERK})
    assert standing.roles == {"clerk", "sales"}
    assert standing.rights == {"orders.read"}
    assert standing_of(["clerk"]).rights == frozenset()


def test_a_changed_role_of_the_nine_has_the_rights_that_the_factory_gave_it() -> None:
    less = replace(ROLES["sales"], rights=frozenset({"orders.read"}))
    assert standing_of(["sales"], {"sales": less}).rights == {"orders.read"}
    both = standing_of(["sales", "driver"], {"sales": less})
    assert both.rights == {"orders.read", "exports.own", "shipping.deliver"}


@pytest.mark.parametrize(
    ("held", "own", "department", "reach"),
    [
        (["clerk"], None, None, "own"),
        (["clerk"], "all", None, "all"),
        (["clerk", "driver"], None, None, "all"),  # the widest role counts
        (["driver"], "own", None, "own"),
        (["driver"], "department", "east", "department"),
        (["driver"], "department", None, "own"),  # nobody's department is nobody else's
        (["admin"], "own", None, "all"),
        ([], None, None, "all"),
    ],
)
def test_whose_orders_exist_for_somebody(
    held: list[str], own: OrdersOf | None, department: str | None, reach: str
) -> None:
    factory = {"clerk": CLERK}
    assert standing_of(held, factory, orders_of=own, department=department).orders_of == reach


@pytest.mark.parametrize(
    ("reach", "merchandiser", "department", "covered"),
    [
        ("all", None, None, True),
        ("own", ME, "east", True),
        ("own", UUID(int=8), "east", False),
        ("own", None, None, False),
        ("department", UUID(int=8), "east", True),
        ("department", UUID(int=8), "west", False),
        ("department", None, None, False),
    ],
)
def test_which_orders_that_covers(
    reach: OrdersOf, merchandiser: UUID | None, department: str | None, covered: bool
) -> None:
    standing = Standing(orders_of=reach, department="east")
    assert standing.covers(str(ME), merchandiser, department) is covered


def test_a_role_is_wider_by_a_right_or_by_what_it_may_see() -> None:
    sales = Actor("user", "1", "x", frozenset({"sales"}), rights_of(["sales"]))
    assert not wider_than(ROLES["sales"], sales)
    assert not wider_than(CLERK, sales)
    assert wider_than(ROLES["driver"], sales)
    assert wider_than(Role("auditor", CLERK.label, frozenset(), based_on="finance"), sales)
    assert not wider_than(ROLES["admin"], Actor("user", "1", "x", frozenset({"admin"}), rights_of(["admin"])))


def test_every_right_has_a_name_in_both_languages() -> None:
    assert set(RIGHT_LABELS) <= RIGHTS
    assert len({label.zh for label in RIGHT_LABELS.values()}) == len(RIGHT_LABELS)
