"""Sign in and stay signed in: what happens around the transactions, where passwords are hashed and tokens are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.access.actor import NOBODY, Actor
from domain.access.sign_in import OWN_PASSWORD, SECOND_FACTOR, second_factor_charge, sign_in_charges
from domain.access.throttle import Charge
from domain.refusals.general import FIELD_INVALID, TOO_MANY_TRIES
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import CREDENTIALS_INVALID, SECOND_FACTOR_REQUIRED, SESSION_ENDED, UNAUTHENTICATED
from domain.text import Text
from persistence import people
from persistence.tx import Tx
from usecases.door import Door, Key, Outcome, use_case
from usecases.people.admit_vouched import Admission, admit_vouched
from usecases.people.one_time_codes import OneTimeCodes
from usecases.people.own_password import change_own_password, own_password_kept
from usecases.people.passwords import Passwords
from usecases.people.second_factor import Proof
from usecases.people.sessions import OpenSession, RotateSession, find_actor, open_session, rotate_session, sign_out
from usecases.people.tokens import AccessTokens, RefreshToken, TokenInvalid
from usecases.throttle import charge_attempt, give_back_attempt


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody claims to be, what is to prove it, and where they stand.

    `browser` is our token of a browser that knows this login, None for one that does not; `otp` a code of the second
    factor, or a recovery code.
    """

    login: str
    password: str
    otp: str | None = None
    address: str = "-"
    browser: str | None = None
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
    has_factor: bool


@use_case(right=None)
async def find_credentials(tx: Tx, login: str) -> _Known | None:
    """The id and password hash of whoever may sign in by this name, and whether that takes a second factor."""
    row = await people.find_credentials(tx, login)
    return _Known(row["id"], row["password_hash"], row["has_factor"]) if row else None


class Gate:
    """Lets staff in. No method opens a transaction itself; each goes through the door for the little it writes."""

    def __init__(
        self,
        door: Door,
        passwords: Passwords,
        tokens: AccessTokens,
        codes: OneTimeCodes,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        tries_per_address: int,
    ) -> None:
        self._door, self._passwords, self._tokens, self._codes = door, passwords, tokens, codes
        self._clock, self._new_id, self._tries_per_address = clock, new_id, tries_per_address

    async def sign_in(self, claimed: Credentials) -> Granted:
        """Open a session. Raises CREDENTIALS_INVALID, with the same words and work for a wrong name and password.

        Raises TOO_MANY_TRIES, alike for both; to who has the right password SECOND_FACTOR_REQUIRED and _INVALID.
        """
        charges = sign_in_charges(claimed.login, claimed.address, claimed.browser, self._tries_per_address)
        await self._charge(charges)
        known = await self._door.read(NOBODY, find_credentials, claimed.login)
        right = await self._passwords.verify(claimed.password, known and known.password_hash)
        if known is None or not right:
            raise CREDENTIALS_INVALID()
        if known.has_factor:
            charges.append(await self._charged_for_code(known, claimed, charges))
        token = RefreshToken.fresh(self._new_id())
        proof = Proof(claimed.otp, self._codes) if known.has_factor and claimed.otp else None
        session = OpenSession(known.person_id, token, claimed.user_agent, claimed.address, proof)
        await self._door.run(NOBODY, open_session, session)
        await self._door.run(NOBODY, give_back_attempt, charges)
        return self._granted(known.person_id, token)

    async def sign_in_vouched(self, vouched: Admission, address: str, user_agent: str | None) -> Granted:
        """Open a session for whom a single sign-on issuer vouches. Raises SSO_PERSON_UNKNOWN."""
        person_id: UUID = (await self._door.run(NOBODY, admit_vouched, vouched)).answer
        token = RefreshToken.fresh(self._new_id())
        session = OpenSession(person_id, token, user_agent, address, vouched=True)
        await self._door.run(NOBODY, open_session, session)
        return self._granted(person_id, token)

    async def insist_on_own_password(self, actor: Actor, password: str) -> None:
        """Before what a borrowed session must not do. Raises FIELD_INVALID for a wrong one, TOO_MANY_TRIES."""
        charges = [OWN_PASSWORD.on(actor.id)]
        await self._charge(charges)
        kept = await self._door.read(actor, own_password_kept, None)
        if not await self._passwords.verify(password, kept.password_hash):
            text = Text("密码不正确", "is not your password")
            raise FIELD_INVALID(FieldProblem("/password", "password_wrong", text), summary="/password")
        await self._door.run(NOBODY, give_back_attempt, charges)

    async def change_own_password(self, actor: Actor, old: str, new: str, key: Key | None) -> Outcome:
        """Raises FIELD_INVALID for an old one that is wrong and a new one that is easily guessed, TOO_MANY_TRIES.

        A repeat of what was done is answered before the old password is looked at, for by then it is another.
        """
        given = await self._door.given_before(actor, key)
        if given is not None:
            return given
        await self.insist_on_own_password(actor, old)
        kept = await self._door.read(actor, own_password_kept, None)
        await self._passwords.insist_on_good(new, "/new_password", kept.about)
        return await self._door.run(actor, change_own_password, await self._passwords.hash(new), key=key)

    async def charge_for_code(self, actor: Actor) -> list[Charge]:
        """Before somebody who is signed in has a code judged. Raises TOO_MANY_TRIES."""
        charges = [SECOND_FACTOR.on(actor.id)]
        await self._charge(charges)
        return charges

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

    async def _charged_for_code(self, known: _Known, claimed: Credentials, charges: Sequence[Charge]) -> Charge:
        """The password was right; whoever has sent no code yet is asked for one, and nothing was tried."""
        if not claimed.otp:
            await self._door.run(NOBODY, give_back_attempt, charges)
            raise SECOND_FACTOR_REQUIRED()
        charge = second_factor_charge(str(known.person_id), claimed.browser)
        await self._charge([charge])
        return charge

    async def _charge(self, charges: Sequence[Charge]) -> None:
        wait = (await self._door.run(NOBODY, charge_attempt, charges)).answer
        if wait is not None:
            raise TOO_MANY_TRIES(retry_after=wait)

    def _granted(self, person_id: UUID, token: RefreshToken) -> Granted:
        return Granted(self._tokens.issue(person_id, token.session_id, self._clock()), str(token))
