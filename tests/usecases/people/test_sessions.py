from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from domain.access.actor import NOBODY, system
from domain.refusals.kinds import Refusal
from persistence.tx import Tx
from tests.factory import Factory, person
from usecases.people.add_person import AddPerson, add_person
from usecases.people.one_time_codes import OneTimeCodes
from usecases.people.passwords import Passwords
from usecases.people.sessions import find_actor
from usecases.people.sign_in import Credentials, Gate
from usecases.people.tokens import AccessTokens

TOKENS = AccessTokens({"a": b"k" * 32})


async def _gate(factory: Factory) -> Gate:
    passwords = Passwords("minimal")
    added = AddPerson(
        "sales", "李", await passwords.hash("throughline-demo"), ("sales", "quality"), positions=("boss",)
    )
    await factory.run(add_person, added, actor=system("tests"))
    numbers = iter(range(100, 200))
    codes = OneTimeCodes("a secret of thirty-two bytes or more")
    return Gate(factory.door, passwords, TOKENS, codes, lambda: factory.clock, lambda: UUID(int=next(numbers)), 100)


async def test_the_actor_of_a_request_takes_one_statement(factory: Factory) -> None:
    gate = await _gate(factory)
    granted = await gate.sign_in(Credentials("sales", "throughline-demo"))
    statements = []

    async def counted(tx: Tx, claims: Any) -> Any:
        found = await find_actor(tx, claims)
        statements.append(tx.connection.statements)
        return found

    counted.terms = find_actor.terms  # type: ignore[attr-defined]
    actor = await factory.door.read(NOBODY, counted, TOKENS.read(granted.access_token, factory.clock))
    assert statements == [1]
    assert actor.roles == {"sales", "quality"}
    assert actor.positions == {"boss"}
    assert {"orders.open", "floor.inspect"} <= actor.rights
    assert actor == await gate.actor(granted.access_token)


async def test_of_many_who_spend_one_refresh_token_at_once_one_is_served_and_the_session_ends(
    factory: Factory,
) -> None:
    gate = await _gate(factory)
    token = (await gate.sign_in(Credentials("sales", "throughline-demo"))).refresh_token
    outcomes = await asyncio.gather(*(gate.refresh(token) for _ in range(20)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    served = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert {refusal.code for refusal in refused} == {"session_ended"}
    assert (len(served), len(refused)) == (1, 19)
    with pytest.raises(Refusal, match="session_ended"):
        await gate.actor(served[0].access_token)


async def test_who_is_shut_out_between_password_and_session_stays_out(factory: Factory) -> None:
    gate = await _gate(factory)
    verify = gate._passwords.verify

    async def shut_out_meanwhile(password: str, kept: str | None) -> bool:
        async with factory.database.connect() as connection:
            await connection.run("UPDATE people SET disabled = true")
        return await verify(password, kept)

    gate._passwords.verify = shut_out_meanwhile  # type: ignore[method-assign]
    with pytest.raises(Refusal, match="session_ended"):
        await gate.sign_in(Credentials("sales", "throughline-demo"))


async def test_an_unknown_name_costs_the_same_hash(factory: Factory) -> None:
    gate = await _gate(factory)
    asked: list[bool] = []
    verify = gate._passwords.verify

    async def watched(password: str, kept: str | None) -> bool:
        asked.append(kept is None)
        return await verify(password, kept)

    gate._passwords.verify = watched  # type: ignore[method-assign]
    for login in ("sales", "nobody"):
        with pytest.raises(Refusal, match="credentials_invalid"):
            await gate.sign_in(Credentials(login, "wrong"))
    assert asked == [False, True]


async def test_only_administrators_add_people(factory: Factory) -> None:
    command = AddPerson("x", "x", "-", ("sales",))
    with pytest.raises(Refusal, match="right_missing"):
        await factory.run(add_person, command, actor=person("management"))
    assert (await factory.run(add_person, command, actor=person("admin")))["login"] == "x"
