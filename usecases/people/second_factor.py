"""One's own second factor: begun, confirmed by its first code, renewed, given up; and taken off by an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import SECOND_FACTOR_NEEDED, SECOND_FACTOR_NOT_BEGUN, SESSION_ENDED
from domain.text import Text
from persistence import people, second_factors
from persistence.roles import factory_from, role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_rank
from usecases.people.one_time_codes import RECOVERY_CODES, OneTimeCodes

_WRONG = Text("验证码不正确或已使用", "is not right, or was used before")


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that somebody typed, and what judges it."""

    code: str
    codes: OneTimeCodes


@use_case(right=None)
async def second_factor_state(tx: Tx, _: None) -> dict[str, Any]:
    """Whether one's sign-in takes a second factor, since when, and how many recovery codes are left."""
    person_id = _own_id(tx.actor)
    factor = await second_factors.find(tx, person_id, confirmed=True)
    left = RECOVERY_CODES - len(factor["spent_recovery"]) if factor else 0
    return {
        "enabled": factor is not None,
        "enabled_at": instant_text(factor["created_at"]) if factor else None,
        "recovery_codes_left": left,
        "required": await _is_required(tx, person_id),
    }


@use_case(right=None)
async def begin_second_factor(tx: Tx, _: None) -> dict[str, Any]:
    """A factor that counts once its first code is sent. Answers `{"factor_id", "login"}`."""
    person_id = _own_id(tx.actor)
    person = await people.find_person(tx, person_id)
    if person is None:
        raise SESSION_ENDED()
    factor_id = tx.new_id()
    await second_factors.begin(tx, person_id, factor_id)
    return {"factor_id": str(factor_id), "login": person["login"]}


@use_case(right=None)
async def confirm_second_factor(tx: Tx, proof: Proof) -> dict[str, Any]:
    """Let the factor that was begun count. Answers `{"factor_id", "batch"}`, from which recovery codes follow.

    Raises SECOND_FACTOR_NOT_BEGUN, and FIELD_INVALID for a code that is not right.
    """
    person_id = _own_id(tx.actor)
    waiting = await second_factors.find(tx, person_id, confirmed=False)
    if waiting is None:
        raise SECOND_FACTOR_NOT_BEGUN()
    step = proof.codes.step_of(waiting["id"], proof.code, tx.now)
    if step is None:
        raise _wrong_code()
    await second_factors.confirm(tx, person_id, waiting["id"], step)
    if tx.actor.session_id is not None:
        await people.prove_session(tx, tx.actor.session_id)
    return {"factor_id": str(waiting["id"]), "batch": 1}


@use_case(right=None)
async def renew_recovery_codes(tx: Tx, proof: Proof) -> dict[str, Any]:
    """Replace one's recovery codes. Answers `{"factor_id", "batch"}`. Raises SECOND_FACTOR_NOT_BEGUN, FIELD_INVALID."""
    person_id = _own_id(tx.actor)
    factor_id = await _prove(tx, person_id, proof)
    return {"factor_id": str(factor_id), "batch": await second_factors.next_batch(tx, person_id)}


@use_case(right=None)
async def give_up_second_factor(tx: Tx, proof: Proof) -> dict[str, Any]:
    """Sign in by password alone again. Raises SECOND_FACTOR_NEEDED where one's role asks for it, and as above."""
    person_id = _own_id(tx.actor)
    if await _is_required(tx, person_id):
        raise SECOND_FACTOR_NEEDED()
    await _prove(tx, person_id, proof)
    await second_factors.drop(tx, person_id)
    return {"enabled": False}


@use_case(right="people.edit")
async def drop_second_factor(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """Take off the factor of somebody who lost it, and sign them out everywhere. Raises NOT_FOUND, PERSON_OUTRANKS."""
    person = await people.lock_person(tx, person_id)
    if person is None:
        raise NOT_FOUND()
    insist_on_rank(tx.actor, person["roles"], await role_book(tx))
    if not await second_factors.drop(tx, person_id):
        raise NOT_FOUND()
    await people.end_all_sessions(tx, person_id, "second_factor_dropped")
    return {"enabled": False}


async def spend(tx: Tx, person_id: UUID, factor: Mapping[str, Any], proof: Proof) -> bool:
    """Use up a code of the factor that counts, or a recovery code; False where it is neither, or was used before."""
    step = proof.codes.step_of(factor["id"], proof.code, tx.now)
    if step is not None:
        return await second_factors.spend_step(tx, person_id, factor["id"], step)
    number = proof.codes.recovery_number(factor["id"], factor["batch"], proof.code)
    if number is None:
        return False
    return await second_factors.spend_recovery(tx, person_id, factor["id"], factor["batch"], number)


async def _prove(tx: Tx, person_id: UUID, proof: Proof) -> UUID:
    factor = await second_factors.find(tx, person_id, confirmed=True)
    if factor is None:
        raise SECOND_FACTOR_NOT_BEGUN()
    if not await spend(tx, person_id, factor, proof):
        raise _wrong_code()
    found: UUID = factor["id"]
    return found


async def _is_required(tx: Tx, person_id: UUID) -> bool:
    person = await people.find_person(tx, person_id)
    return person is not None and any(role.second_factor for role in factory_from(person["factory"]).values())


def _own_id(actor: Actor) -> UUID:
    if actor.kind != "user":
        raise SESSION_ENDED()
    return UUID(actor.id)


def _wrong_code() -> Exception:
    return FIELD_INVALID(FieldProblem("/code", "code_wrong", _WRONG), summary="/code")
