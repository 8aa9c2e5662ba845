"""Lets customers in: what happens around the transactions, where tokens are made and addresses are folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import NOBODY, Actor
from domain.access.address import site_of
from domain.portal.contacts import folded_email
from domain.refusals.general import TOO_MANY_TRIES
from domain.refusals.portal import CODE_INVALID
from usecases.door import Door
from usecases.portal.codes import Codes, fresh_token, token_hash
from usecases.portal.redeem_code import RedeemCode, Redeemed, redeem_code
from usecases.portal.request_code import RequestCode, request_code
from usecases.portal.sessions import EndSession, Present, end_session, find_customer, note_use


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody claims to have been sent, from which browser (its mark, if any) and address."""

    email: str
    code: str
    browser: str | None
    address: str
    user_agent: str | None = None


class PortalGate:
    """Lets customers in. No method opens a transaction itself; each goes through the door for what it writes."""

    def __init__(self, door: Door, codes: Codes, new_id: Callable[[], UUID]) -> None:
        self._door, self._codes, self._new_id = door, codes, new_id

    async def request_code(self, email: str, browser: str, address: str) -> None:
        """Ask for a code, for this browser by its mark. The same work whether anybody has the address."""
        folded = folded_email(email)
        command = RequestCode(folded, self._codes.account(folded), token_hash(browser), site_of(address))
        await self._door.run(NOBODY, request_code, command)

    async def sign_in(self, claim: Claim) -> str:
        """The token of a new session. Raises CODE_INVALID, TOO_MANY_TRIES."""
        email, token = folded_email(claim.email), fresh_token()
        account = self._codes.account(email)
        command = RedeemCode(
            email=email,
            account=account,
            code_hash=self._codes.hash(account, claim.code),
            browser=token_hash(claim.browser) if claim.browser else "",
            site=site_of(claim.address),
            session_id=self._new_id(),
            token_hash=token_hash(token),
            user_agent=claim.user_agent,
        )
        redeemed: Redeemed = (await self._door.run(NOBODY, redeem_code, command)).answer
        if redeemed.outcome == "too_many":
            raise TOO_MANY_TRIES(retry_after=redeemed.wait)
        if redeemed.outcome == "wrong":
            raise CODE_INVALID()
        return token

    async def actor(self, token: str) -> Actor:
        """Who sends this token. Raises SESSION_ENDED."""
        present: Present = await self._door.read(NOBODY, find_customer, token_hash(token))
        if present.to_note and present.actor.session_id is not None:
            await self._door.run(present.actor, note_use, present.actor.session_id)
        return present.actor

    async def sign_out(self, token: str, *, everywhere: bool) -> None:
        """End the session of a token, where there is one, or all of its contact."""
        await self._door.run(NOBODY, end_session, EndSession(token_hash(token), everywhere))
