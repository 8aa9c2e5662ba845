"""What one does with one's own account: another password, a second factor, an end to sessions elsewhere."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, TheGate, parts_of
from api.keys import TheKey
from api.route import Answer, router
from api.ticket import qr_svg
from api.v1.types import SafeText, Sent, Shown
from domain.access.password_rules import LONGEST, SHORTEST
from usecases.people.one_time_codes import OneTimeCodes
from usecases.people.second_factor import (
    Proof,
    begin_second_factor,
    confirm_second_factor,
    give_up_second_factor,
    renew_recovery_codes,
    second_factor_state,
)
from usecases.people.sessions import end_other_sessions
from usecases.throttle import give_back_attempt

routes = router("auth")

_FORMAT = {"format": "password"}
Password = Annotated[SafeText, Field(min_length=1, max_length=LONGEST, json_schema_extra=_FORMAT)]
NewPassword = Annotated[SafeText, Field(min_length=SHORTEST, max_length=LONGEST, json_schema_extra=_FORMAT)]
Code = Annotated[SafeText, Field(min_length=6, max_length=40, examples=["492039"])]


async def one_time_codes(request: Request) -> OneTimeCodes:
    """What makes and judges codes of second factors."""
    return parts_of(request).codes


TheCodes = Annotated[OneTimeCodes, Depends(one_time_codes)]


class PasswordChange(Sent):
    """The old password and the new one."""

    password: Password
    new_password: NewPassword


class OwnPassword(Sent):
    """One's password, so that a borrowed session cannot do this."""

    password: Password


class CodeSent(Sent):
    """A code of the authenticator app, or a recovery code."""

    code: Code


class SecondFactorState(Shown):
    """`required` where a role of one's asks for it."""

    enabled: bool
    enabled_at: str | None
    recovery_codes_left: int
    required: bool


class SecondFactorBegun(Shown):
    """What the authenticator app is given, in three forms."""

    secret: str
    uri: str = Field(description="otpauth://...")
    qr_svg: str = Field(description="the same as an SVG element 二维码")


class RecoveryCodes(Shown):
    """Each is good once in place of a code; they are shown this once."""

    recovery_codes: list[str]


class Ended(Shown):
    """How many sessions ended."""

    ended: int


@routes.post("/me/password", status_code=204, response_model=None)
async def change_password(body: PasswordChange, actor: TheActor, gate: TheGate, key: TheKey) -> Answer:
    """Change one's own password; one's other sessions end. 修改本人密码。"""
    outcome = await gate.change_own_password(actor, body.password, body.new_password, key)
    return Answer(replayed=outcome.replayed)


@routes.get("/me/second-factor", response_model=SecondFactorState)
async def get_second_factor(actor: TheActor, door: TheDoor) -> Any:
    """Whether one's sign-in takes a second factor. 两步验证状态。"""
    return await door.read(actor, second_factor_state, None)


@routes.post("/me/second-factor", status_code=201, response_model=SecondFactorBegun)
async def begin(
    body: OwnPassword, actor: TheActor, gate: TheGate, door: TheDoor, codes: TheCodes, key: TheKey
) -> Answer:
    """Begin a second factor; it counts once its first code is confirmed. 启用两步验证。"""
    await gate.insist_on_own_password(actor, body.password)
    outcome = await door.run(actor, begin_second_factor, None, key=key)
    factor_id = UUID(outcome.answer["factor_id"])
    uri = codes.uri(factor_id, outcome.answer["login"])
    shown = {"secret": codes.secret(factor_id), "uri": uri, "qr_svg": qr_svg(uri)}
    return Answer(shown, 201, replayed=outcome.replayed)


@routes.post("/me/second-factor/confirm", response_model=RecoveryCodes)
async def confirm(
    body: CodeSent, actor: TheActor, gate: TheGate, door: TheDoor, codes: TheCodes, key: TheKey
) -> Answer:
    """Confirm the second factor that was begun by its first code; answers the recovery codes. 确认两步验证。"""
    charges = await gate.charge_for_code(actor)
    outcome = await door.run(actor, confirm_second_factor, Proof(body.code, codes), key=key)
    await door.run(actor, give_back_attempt, charges)
    return Answer(_recovery(codes, outcome.answer), replayed=outcome.replayed)


@routes.post("/me/second-factor/recovery-codes", response_model=RecoveryCodes)
async def renew(body: CodeSent, actor: TheActor, gate: TheGate, door: TheDoor, codes: TheCodes, key: TheKey) -> Answer:
    """Replace one's recovery codes, used and unused. 更换恢复码。"""
    charges = await gate.charge_for_code(actor)
    outcome = await door.run(actor, renew_recovery_codes, Proof(body.code, codes), key=key)
    await door.run(actor, give_back_attempt, charges)
    return Answer(_recovery(codes, outcome.answer), replayed=outcome.replayed)


@routes.post("/me/second-factor/remove", status_code=204, response_model=None)
async def remove(body: CodeSent, actor: TheActor, gate: TheGate, door: TheDoor, codes: TheCodes, key: TheKey) -> Answer:
    """Sign in by password alone again, where no role of one's asks for more. 关闭两步验证。"""
    charges = await gate.charge_for_code(actor)
    await door.run(actor, give_up_second_factor, Proof(body.code, codes), key=key)
    await door.run(actor, give_back_attempt, charges)
    return Answer()


@routes.delete("/auth/sessions", response_model=Ended)
async def end_other(actor: TheActor, door: TheDoor) -> Any:
    """Sign out everywhere but here. 退出其他全部登录。"""
    return (await door.run(actor, end_other_sessions, None)).answer


def _recovery(codes: OneTimeCodes, factor: dict[str, Any]) -> dict[str, Any]:
    return {"recovery_codes": codes.recovery_codes(UUID(factor["factor_id"]), factor["batch"])}
