"""What an API key may be given. A key acts by its own scopes, roles and field roles, never by those of who made it.

docs/decisions/ has the reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from domain.access.actor import Actor
from domain.access.roles import RIGHTS
from domain.refusals.kinds import FieldProblem
from domain.text import Text

# Whoever holds one of these could make people, keys or endpoints that outlive the key's own end.
NEVER_OF_A_KEY = frozenset({"admin.all", "people.edit", "integrations.edit"})
SCOPES = RIGHTS - NEVER_OF_A_KEY

_UNKNOWN = Text("没有这个权限范围", "there is no such scope")
_NEVER = Text("密钥不能有此权限", "no key may have this")
_NO_ROLE = Text("没有这个岗位", "there is no such role")
_ALL_ORDERS = Text("其可见全部订单，而您只见部分订单", "it would see every order, and you see only some")
_WIDER = Text("您自己没有此权限，不能授予", "you cannot grant what you do not have yourself")


def grant_problems(
    maker: Actor,
    known_roles: Collection[str],
    reach: str = "/scopes",
    /,
    *,
    scopes: Sequence[str] = (),
    roles: Sequence[str] = (),
    field_roles: Sequence[str] = (),
) -> list[FieldProblem]:
    """What `maker` may not grant, each named; nothing that is granted is wider than who grants it.

    `reach` is what is named where the maker sees only some orders: keys and endpoints are of the whole factory.
    """
    found = [(f"/scopes/{at}", _scope_fault(maker, scope)) for at, scope in enumerate(scopes)]
    if maker.orders_of != "all":
        found.append((reach, ("wider_than_yours", _ALL_ORDERS)))
    for name, granted in (("roles", roles), ("field_roles", field_roles)):
        found += [(f"/{name}/{at}", _role_fault(maker, known_roles, role)) for at, role in enumerate(granted)]
    return [FieldProblem(pointer, *fault) for pointer, fault in found if fault]


def _scope_fault(maker: Actor, scope: str) -> tuple[str, Text] | None:
    if scope in NEVER_OF_A_KEY:
        return "not_grantable", _NEVER
    if scope not in SCOPES:
        return "unknown_reference", _UNKNOWN
    return None if maker.may(scope) else ("wider_than_yours", _WIDER)


def _role_fault(maker: Actor, known_roles: Collection[str], role: str) -> tuple[str, Text] | None:
    if role not in known_roles:
        return "unknown_reference", _NO_ROLE
    return None if role in maker.roles or maker.may("admin.all") else ("wider_than_yours", _WIDER)
