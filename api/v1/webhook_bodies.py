"""What other systems are told, as `openapi/webhooks.json` describes it; describes the bodies and does not make them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.v1.types import Shown
from domain.text import Text


class WebhookOrder(Shown):
    """Something happened to an order. Order what is told of one order by `seq`; ask for the rest with a key."""

    order_id: UUID
    order_no: str
    channel: str
    shop: str
    external_id: str | None = Field(description="the sender's own number 来源单号")
    event_id: UUID
    seq: int = Field(description="the order's version after it 事件序号")
    event_type: str
    action: str | None
    from_stage: str | None
    stage: str
    category: str
    held: bool
    revision: int
    occurred_at: str


class WebhookAlert(Shown):
    """A warning was raised or is over."""

    alert_id: UUID
    order_no: str | None
    rule: str
    severity: str


class WebhookMessage(Shown):
    """Somebody wrote in an order's chat; a note among the staff is not told."""

    message_id: UUID
    order_no: str
    written_by: Literal["customer", "staff"]


class WebhookStock(Shown):
    """A stock system told something new; `materials` are at most a hundred of those that changed."""

    source: str
    as_of: str
    changed: int
    materials: list[str]


class WebhookPing(Shown):
    """A test, asked for by a person."""

    endpoint_id: UUID


BODIES: dict[str, tuple[type[BaseModel], Text]] = {
    "order.opened": (WebhookOrder, Text("新订单", "An order was opened, or split off another one")),
    "order.stage_changed": (WebhookOrder, Text("订单进入新阶段", "An order moved to another stage")),
    "order.changed": (WebhookOrder, Text("订单内容有变化", "An order changed and stayed in its stage")),
    "order.delivered": (
        WebhookOrder,
        Text("订单已完成", "An order reached its end; told besides order.stage_changed"),
    ),
    "alert.raised": (WebhookAlert, Text("出现预警", "A warning was raised")),
    "alert.resolved": (WebhookAlert, Text("预警解除", "A warning is over")),
    "message.posted": (WebhookMessage, Text("新消息", "A message was written")),
    "stock.updated": (WebhookStock, Text("库存有变化", "Stock changed")),
    "ping": (WebhookPing, Text("测试", "A test")),
}
