"""Sign in and stay signed in: what happens around the transactions, where passwords are hashed and tokens are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.actor import NOBODY, Actor
from domain.refusals.people import CREDENTIALS_INVALID, SESSION_ENDED, UNAUTHENTICATED
from persistence import people
from persistence.tx import Tx
from usecases.door import Door, use_case
from usecases.people.passwords import Passwords
from usecases.people.sessions import OpenSession, RotateSession, find_actor, open_session, rotate_session, sign_out
from usecases.people.tokens import AccessTokens, RefreshToken, TokenInvalid


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody claims to be, and the password that is to prove it."""

    login: str
    password: str
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """The two tokens of a session."""

    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class _Known:
    person_id: UUID
    password_hash: str


@use_case(right=None)
async def find_credentials(tx: Tx, login: str) -> _Known | None:
    """The id and password hash of whoever may sign in by this name."""
    row = await people.find_credentials(tx, login)
    return _Known(row["id"], row["password_hash"]) if row else None


class Gate:
    """Lets staff in. No method opens a transaction itself; each goes through the door for the little it writes."""

    def __init__(
        self,
        door: Door,
        passwords: Passwords,
        tokens: AccessTokens,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._door, self._passwords, self._tokens, self._clock, self._new_id = door, passwords, tokens, clock, new_id

    async def sign_in(self, claimed: Credentials) -> Granted:
        """Open a session. Raises CREDENTIALS_INVALID, with the same words and work for a wrong name and password."""
        known = await self._door.read(NOBODY, find_credentials, claimed.login)
        right = await self._passwords.verify(claimed.password, known and known.password_hash)
        if known is None or not right:
            raise CREDENTIALS_INVALID()
        token = RefreshToken.fresh(self._new_id())
        await self._door.run(NOBODY, open_session, OpenSession(known.person_id, token, claimed.user_agent))
        return self._granted(known.person_id, token)

    async def refresh(self, text: str) -> Granted:
        """Spend a refresh token for the next two. Raises SESSION_ENDED; a second use ends the session."""
        spent = RefreshToken.parse(text)
        if spent is None:
            raise SESSION_ENDED()
        fresh = RefreshToken.fresh(spent.session_id)
        rotation = (await self._door.run(NOBODY, rotate_session, RotateSession(spent, fresh))).answer
        if rotation.person_id is None:
            raise SESSION_ENDED()
        return self._granted(rotation.person_id, fresh)

    async def sign_out(self, text: str) -> None:
        """End the session of a refresh token, where there is one."""
        if token := RefreshToken.parse(text):
            await self._door.run(NOBODY, sign_out, token)

    async def actor(self, access_token: str) -> Actor:
        """Who sends this token. Raises UNAUTHENTICATED for one that is not ours, SESSION_ENDED for one that was."""
        try:
            claims = self._tokens.read(access_token, self._clock())
        except TokenInvalid:
            raise UNAUTHENTICATED() from None
        actor: Actor = await self._door.read(NOBODY, find_actor, claims)
        return actor

    def _granted(self, person_id: UUID, token: RefreshToken) -> Granted:
        return Granted(self._tokens.issue(person_id, token.session_id, self._clock()), str(token))
