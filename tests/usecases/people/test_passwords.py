from __future__ import annotations

import asyncio

import pytest

from domain.refusals.kinds import Refusal
from usecases.people.passwords import Passwords


async def test_a_hash_fits_its_password_alone() -> None:
    passwords = Passwords("minimal")
    kept = await passwords.hash("throughline-demo")
    assert kept.startswith("$argon2id$")
    assert await passwords.verify("throughline-demo", kept)
    assert not await passwords.verify("throughline-Demo", kept)


async def test_the_same_password_is_never_hashed_alike() -> None:
    passwords = Passwords("minimal")
    assert await passwords.hash("x") != await passwords.hash("x")


async def test_nobody_has_no_password_not_even_that_of_the_decoy() -> None:
    passwords = Passwords("minimal")
    assert not await passwords.verify("nobody's password", None)


async def test_what_is_kept_and_is_no_hash_lets_nobody_in() -> None:
    assert not await Passwords("minimal").verify("x", "x")
    assert not await Passwords("minimal").verify("", "")


async def test_a_password_hashed_at_one_cost_is_verified_at_another() -> None:
    kept = await Passwords("minimal").hash("x")
    assert await Passwords("full").verify("x", kept)


async def test_the_hundred_and_first_in_the_queue_is_sent_away() -> None:
    passwords = Passwords("minimal")
    outcomes = await asyncio.gather(*(passwords.verify("x", None) for _ in range(120)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    assert [refusal.code for refusal in refused] == ["too_many_requests"] * 20
    assert not await passwords.verify("x", None)


@pytest.mark.parametrize("password", ["密码🔑", " lead and trail ", "x" * 256])
async def test_any_text_is_a_password(password: str) -> None:
    passwords = Passwords("minimal")
    assert await passwords.verify(password, await passwords.hash(password))
