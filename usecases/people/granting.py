"""Who may give which role to whom: nobody gives away, or takes over, what is wider than their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from domain.access.actor import Actor
from domain.access.roles import Role, wider_than
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import PERSON_OUTRANKS, RIGHT_NOT_YOURS, ROLE_NOT_YOURS
from domain.text import Text

_UNKNOWN_ROLE = Text("没有这个岗位", "there is no such role")
_NOT_YOURS = Text("超出您自己的权限", "is wider than what you may do yourself")


def insist_on_known(roles: Sequence[str], book: Mapping[str, Role]) -> None:
    """Raises FIELD_INVALID naming each role that does not exist."""
    problems = [
        FieldProblem(f"/roles/{index}", "unknown_reference", _UNKNOWN_ROLE)
        for index, role in enumerate(roles)
        if role not in book
    ]
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))


def insist_on_own_roles(actor: Actor, added: Iterable[str], book: Mapping[str, Role]) -> None:
    """Raises ROLE_NOT_YOURS for roles that are wider than what the actor is."""
    wider = sorted(key for key in added if wider_than(book[key], actor))
    if wider:
        raise ROLE_NOT_YOURS(FieldProblem("/roles", "role_not_yours", _NOT_YOURS), names=", ".join(wider))


def insist_on_own_rights(actor: Actor, added: Iterable[str]) -> None:
    """Raises RIGHT_NOT_YOURS for rights that the actor does not hold."""
    wider = sorted(right for right in added if not actor.may(right))
    if wider:
        raise RIGHT_NOT_YOURS(FieldProblem("/rights", "right_not_yours", _NOT_YOURS), names=", ".join(wider))


def insist_on_rank(actor: Actor, held: Iterable[str], book: Mapping[str, Role]) -> None:
    """Raises PERSON_OUTRANKS where somebody is more than the actor: their password, and they, are out of reach."""
    if any(wider_than(book[key], actor) for key in held if key in book):
        raise PERSON_OUTRANKS()
