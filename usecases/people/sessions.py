"""Sessions in the database: opened at sign-in, renewed by rotation, looked up by every request, ended for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from domain.access.actor import Actor
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.people import SECOND_FACTOR_INVALID, SESSION_ENDED
from persistence import people, second_factors
from persistence.people import NewSession
from persistence.roles import role_book, standing_from
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_rank
from usecases.people.second_factor import Proof, spend
from usecases.people.tokens import Claims, RefreshToken

_LONGEST_AGENT = 200


@use_case(right=None)
async def find_actor(tx: Tx, claims: Claims) -> Actor:
    """Who acts in this session, with today's roles and rights: one statement. Raises SESSION_ENDED."""
    row = await people.find_actor(tx, claims.session_id, claims.person_id)
    if row is None:
        raise SESSION_ENDED()
    standing = standing_from(row, proven=row["second_factor"])
    return Actor(
        kind="user",
        id=str(claims.person_id),
        name=row["name"],
        roles=standing.roles,
        rights=standing.rights,
        session_id=claims.session_id,
        positions=frozenset(row["positions"]),
        orders_of=standing.orders_of,
        department=standing.department,
        lacks_second_factor=standing.lacks_second_factor,
    )


@dataclass(frozen=True, slots=True)
class OpenSession:
    """For a person whose password was right, or for whom an issuer vouches (`vouched`).

    `user_agent` is what the client calls itself, `address` where it is, both for their own list; `proof` is the code
    of a second factor where one counts, and is used up by the session that it opens.
    """

    person_id: UUID
    token: RefreshToken
    user_agent: str | None = None
    address: str | None = None
    proof: Proof | None = None
    vouched: bool = False


@use_case(right=None)
async def open_session(tx: Tx, command: OpenSession) -> dict[str, Any]:
    """Answers nothing. Raises SESSION_ENDED where the person was shut out meanwhile, SECOND_FACTOR_INVALID."""
    factor = None if command.vouched else await second_factors.find(tx, command.person_id, confirmed=True)
    if factor is not None and not (command.proof and await spend(tx, command.person_id, factor, command.proof)):
        raise SECOND_FACTOR_INVALID()
    agent, proven = _printable(command.user_agent), factor is not None or command.vouched
    token = command.token
    session = NewSession(token.session_id, command.person_id, token.hash, agent, command.address, proven)
    if not await people.open_session(tx, session):
        raise SESSION_ENDED()
    return {}


@dataclass(frozen=True, slots=True)
class RotateSession:
    """Spend one refresh token for the next of the same session."""

    spent: RefreshToken
    fresh: RefreshToken


@dataclass(frozen=True, slots=True)
class Rotation:
    """`reused` is told and not raised, because ending the session must be committed."""

    outcome: Literal["rotated", "reused", "unknown"]
    person_id: UUID | None = None


@use_case(right=None)
async def rotate_session(tx: Tx, command: RotateSession) -> Rotation:
    """Answers what became of it; a token spent before ends its session, because one of its two users is a thief."""
    session_id = command.spent.session_id
    person_id = await people.rotate_session(tx, session_id, command.spent.hash, command.fresh.hash)
    if person_id is not None:
        return Rotation("rotated", person_id)
    reused = await people.end_if_spent(tx, session_id, command.spent.hash)
    return Rotation("reused" if reused else "unknown")


@use_case(right=None)
async def sign_out(tx: Tx, token: RefreshToken | None) -> dict[str, Any]:
    """End the session of a refresh token, or the actor's own. Answers nothing, also where it had ended before."""
    if token is not None:
        await people.end_session_of_token(tx, token.session_id, token.hash, "signed_out")
    elif tx.actor.session_id is not None:
        await people.end_session(tx, tx.actor.session_id, UUID(tx.actor.id), "signed_out")
    return {}


@use_case(right=None)
async def list_sessions(tx: Tx, _: None) -> list[dict[str, Any]]:
    """The actor's own live sessions, the one used last first; none for whoever is no person."""
    if tx.actor.kind != "user":
        return []
    return [_view(row, tx.actor) for row in await people.sessions_of(tx, UUID(tx.actor.id))]


@use_case(right=None)
async def end_session(tx: Tx, session_id: UUID) -> dict[str, Any]:
    """End one of the actor's own sessions. Raises NOT_FOUND for one that is not theirs or has ended."""
    person = tx.actor.kind == "user"
    if not (person and await people.end_session(tx, session_id, UUID(tx.actor.id), "ended_by_owner")):
        raise NOT_FOUND()
    return {}


@use_case(right=None)
async def end_other_sessions(tx: Tx, _: None) -> dict[str, Any]:
    """End all of the actor's own sessions but this one. Answers how many there were."""
    if tx.actor.kind != "user":
        return {"ended": 0}
    ended = await people.end_other_sessions(tx, UUID(tx.actor.id), tx.actor.session_id, "ended_by_owner")
    return {"ended": ended}


@use_case(right="people.edit")
async def list_sessions_of(tx: Tx, person_id: UUID) -> list[dict[str, Any]]:
    """Somebody's live sessions, the one used last first. Raises NOT_FOUND."""
    if await people.find_person(tx, person_id) is None:
        raise NOT_FOUND()
    return [_view(row, tx.actor) for row in await people.sessions_of(tx, person_id)]


@dataclass(frozen=True, slots=True)
class EndSessionsOf:
    """All sessions of somebody, or the one named."""

    person_id: UUID
    session_id: UUID | None = None


@use_case(right="people.edit")
async def end_sessions_of(tx: Tx, command: EndSessionsOf) -> dict[str, Any]:
    """Sign somebody out. Answers how many sessions ended. Raises NOT_FOUND, PERSON_OUTRANKS."""
    person = await people.find_person(tx, command.person_id)
    if person is None:
        raise NOT_FOUND()
    insist_on_rank(tx.actor, person["roles"], await role_book(tx))
    if command.session_id is None:
        return {"ended": await people.end_all_sessions(tx, command.person_id, "ended_by_administrator")}
    if not await people.end_session(tx, command.session_id, command.person_id, "ended_by_administrator"):
        raise NOT_FOUND()
    return {"ended": 1}


def _view(row: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "current": row["id"] == actor.session_id,
        "user_agent": row["user_agent"],
        "address": row["address"],
        "second_factor": row["second_factor"],
        "created_at": instant_text(row["created_at"]),
        "refreshed_at": instant_text(row["refreshed_at"]),
        "expires_at": instant_text(row["expires_at"]),
    }


def _printable(agent: str | None) -> str | None:
    return "".join(letter for letter in agent if letter.isprintable())[:_LONGEST_AGENT] if agent else None
