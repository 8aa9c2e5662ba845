"""What arrived: the review queue, replay, and trying a payload without keeping it."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, hidden_of, router
from api.v1.intake_models import (
    ApprovalRule,
    ApprovalRuleIn,
    ApproveIn,
    CorrectIn,
    Item,
    ItemFull,
    ItemRow,
    RejectIn,
    Status,
    TemplateTried,
    Tried,
    TryIn,
)
from api.v1.types import Page
from domain.intake.corrections import readable
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence.queries.intake_list import ItemPage
from usecases.intake.approval_rule import SetApprovalRule, read_approval_rule, set_approval_rule
from usecases.intake.meaning_to_order import Owner
from usecases.intake.read_items import list_items, read_item
from usecases.intake.review_items import (
    ApproveItem,
    CorrectItem,
    RejectItem,
    approve_item,
    correct_item,
    reject_item,
    reopen_item,
    reparse_item,
)
from usecases.intake.try_payload import TryPayload, try_payload
from usecases.intake.try_template import TryTemplate, try_template

routes = router("intake")

_Reason = Annotated[str, Field(pattern=r"^[a-z_]{1,64}$", examples=["customer_other_phone"])]
_Channel = Annotated[str, Query(pattern=r"^[a-z0-9_]{1,40}$", examples=["shopify"])]


@routes.get("/intake", response_model=Page[ItemRow])
async def find_items(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    status: Status | None = None,
    channel: _Channel | None = None,
    reason: Annotated[list[_Reason], Query(max_length=50, description="any of these reasons to look")] = [],  # noqa: B006 - FastAPI copies it
    sort: Literal["newest", "oldest"] = "newest",
) -> Any:
    """What arrived. `status=review` is the review queue; `sort=oldest` is the order to work it off in."""
    after = UUID(page.after[0]) if page.after else None
    wanted = ItemPage(status, channel, reason, after, page.fetch, oldest_first=sort == "oldest")
    items = await door.read(actor, list_items, wanted)
    return page.page(items, lambda item: [item["id"]])


@routes.post("/intake/try", response_model=Tried)
async def try_item(body: TryIn, actor: TheActor, door: TheDoor) -> Any:
    """What the channel's template reads from a payload. Nothing is stored."""
    command = TryPayload(body.channel, _decoded(body), body.content_type, body.headers, body.template == "draft")
    return await door.read(actor, try_payload, command)


@routes.post("/intake-templates/{channel}/draft/try", response_model=TemplateTried)
async def try_draft(
    channel: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["shopify"])],
    actor: TheActor,
    door: TheDoor,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Any:
    """Read the channel's newest stored payloads by the draft, and say what the published version reads otherwise."""
    return await door.read(actor, try_template, TryTemplate(channel, limit))


@routes.get("/intake/approval-rule", response_model=ApprovalRule)
async def get_approval_rule(actor: TheActor, door: TheDoor) -> Answer:
    """The sums above which a second person lets an order in."""
    rule = await door.read(actor, read_approval_rule, None)
    return Answer(rule, version=rule["version"])


@routes.put("/intake/approval-rule", response_model=ApprovalRule)
async def put_approval_rule(
    body: ApprovalRuleIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Set them. Items that wait are judged by the rule of the moment when somebody lets them in."""
    limits = {currency: f"{amount:f}" for currency, amount in body.limits.items()}
    otherwise = None if body.otherwise is None else f"{body.otherwise:f}"
    outcome = await door.run(actor, set_approval_rule, SetApprovalRule(limits, otherwise, version), key=key)
    return answer_of(outcome, version=outcome.answer["version"])


@routes.get("/intake/{intake_id:uuid}", response_model=ItemFull)
async def get_item(request: Request, intake_id: UUID, actor: TheActor, door: TheDoor) -> Answer:
    """One item: its meaning, where each finding came from, what was corrected, and the original beside it."""
    found = await door.read(actor, read_item, intake_id)
    hidden = hidden_of(request)
    for one in found["corrections"]:
        one["changes"] = readable(one["changes"], hidden)
    return Answer(found, version=found["version"])


@routes.put("/intake/{intake_id:uuid}/meaning", response_model=Item)
async def correct(
    intake_id: UUID, body: CorrectIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Correct what was read, for another person to let in; each corrected field is kept beside what was read."""
    return answer_of(await door.run(actor, correct_item, CorrectItem(intake_id, body.meaning, version), key=key))


@routes.post("/intake/{intake_id:uuid}/approve", response_model=Item)
async def approve(
    intake_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch, body: ApproveIn | None = None
) -> Answer:
    """Make the order, of the meaning as it was read or as it is corrected here; `If-Match` names what was looked at."""
    said = body or ApproveIn()
    owner = Owner(said.customer_id, said.new_customer) if said.customer_id or said.new_customer else None
    command = ApproveItem(intake_id, said.meaning, owner, version)
    return answer_of(await door.run(actor, approve_item, command, key=key))


@routes.post("/intake/{intake_id:uuid}/reject", response_model=Item)
async def reject(intake_id: UUID, body: RejectIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make no order of it, and say why."""
    return answer_of(await door.run(actor, reject_item, RejectItem(intake_id, body.reason), key=key))


@routes.post("/intake/{intake_id:uuid}/reopen", response_model=Item)
async def reopen(intake_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Take a rejection back: it waits again as it did before."""
    return answer_of(await door.run(actor, reopen_item, intake_id, key=key))


@routes.post("/intake/{intake_id:uuid}/reparse", status_code=202, response_model=Item)
async def reparse(intake_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Have it read again by today's template; the answer comes before the reading."""
    return answer_of(await door.run(actor, reparse_item, intake_id, key=key), status=202)


def _decoded(body: TryIn) -> bytes:
    try:
        return base64.b64decode(body.body_base64, validate=True)
    except ValueError:
        text = Text("不是 base64", "is not base64")
        raise FIELD_INVALID(FieldProblem("/body_base64", "not_base64", text), summary="/body_base64") from None
