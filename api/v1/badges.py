"""Badges: given, printed, taken back, and scanned at a shared terminal."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor, parts_of
from api.badge_page import badge_page
from api.keys import TheKey
from api.language import language_of
from api.printed import PRINTED, PrintLanguage, printed
from api.route import Answer, answer_of, router
from api.v1.api_keys import Maker
from api.v1.types import Sent, Shown
from usecases.people.badges import (
    BadgeCodes,
    Printed,
    Scanned,
    issue_badge,
    known_by_badge,
    printed_badges,
    read_badge,
    revoke_badge,
)

routes = router("people")

BadgeText = Annotated[str, Field(max_length=100, examples=["0" * 40], description="what was scanned 扫到的内容")]


async def badge_codes(request: Request) -> BadgeCodes:
    """What badges' codes are made and judged by."""
    return parts_of(request).badges


TheBadges = Annotated[BadgeCodes, Depends(badge_codes)]


class BadgeOut(Shown):
    """A badge that counts. What its code says is on the printed page alone."""

    number: int
    issued_at: str
    issued_by: Maker


class BadgeIn(Sent):
    """What a scanner read."""

    badge: BadgeText


class KnownByBadge(Shown):
    """`enrolled`: they may report on this device already; else they sign in on it once."""

    id: UUID
    name: str
    login: str
    enrolled: bool


@routes.post("/users/{user_id}/badge", status_code=201, response_model=BadgeOut)
async def give_badge(user_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Give somebody a badge; the one before counts no more. 发放工牌，旧牌即失效。"""
    return answer_of(await door.run(actor, issue_badge, user_id, key=key), status=201)


@routes.get("/users/{user_id}/badge", response_model=BadgeOut)
async def get_badge(user_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Somebody's badge. 某人的工牌。"""
    return await door.read(actor, read_badge, user_id)


@routes.delete("/users/{user_id}/badge", status_code=204, response_model=None)
async def delete_badge(user_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """Somebody's badge is lost: it counts no more. 挂失工牌。"""
    await door.run(actor, revoke_badge, user_id)
    return Answer()


@routes.get("/badges", response_class=Response, responses=PRINTED)
async def print_badges(
    request: Request,
    actor: TheActor,
    door: TheDoor,
    codes: TheBadges,
    user: Annotated[list[UUID], Query(min_length=1, max_length=200)],
    language: PrintLanguage = None,
) -> Response:
    """The badges of these people as cards, ten to an A4 sheet; who has none is left out. 打印工牌。"""
    cards = await door.read(actor, printed_badges, Printed(user, codes))
    return printed(badge_page(cards, language or language_of(request)))


@routes.post("/devices/{device_id}/badge", response_model=KnownByBadge)
async def scan_badge(device_id: UUID, body: BadgeIn, actor: TheActor, door: TheDoor, codes: TheBadges) -> Any:
    """Whose badge was scanned at this device. It opens nothing: their PIN or password does. 扫工牌识别操作员。"""
    return await door.read(actor, known_by_badge, Scanned(device_id, body.badge.strip(), codes))
