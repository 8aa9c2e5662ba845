from __future__ import annotations

import pytest

from domain.access.roles import RIGHTS, ROLES, rights_of

NINE = ["sales", "design", "production", "warehouse", "management", "quality", "driver", "finance", "admin"]


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
    }
