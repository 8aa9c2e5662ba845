"""Made-up orders, each with the history that its stage implies, sealed by the product's own code; as lines for COPY.

The newest `pool` orders stand in production or wait for inspection: between these two, actions move them back and
forth. The rest of the newest tenth is open, spread over the stages. What is older was taken over as delivered, with one
event, as a factory's old orders are when it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from domain.orders.events import FIRST_PREVIOUS_HASH, Event, SealedEvent, seal
from domain.orders.search import grams, search_words
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

FIRST_NUMBER = 100_001
CHANNELS = ("taobao", "shopify", "export", "manual")
GROUP = 32  # the pool's size is a multiple of this, so that each of 32 clients has orders of its own
SPACING = timedelta(seconds=45)
COLUMNS = {
    "customers": "id channel external_id name company phone email address created_at",
    "orders": "id order_no channel shop external_id order_type customer_id currency shipping tax tax_included total "
    "signed_date promised_date due_at merchandiser_id workflow_key workflow_version stage category held stage_since "
    "version head_hash opened_at updated_at",
    "order_lines": "order_id line sku name quantity unit unit_price amount options",
    "order_search": "order_id words grams",
    "events": "id order_id seq type action from_stage to_stage held recorded_at canonical prev_hash hash",
}
_LINE = (
    ("submit_review", "sales"),
    ("approve_review", "sales"),
    ("start_production", "production"),
    ("completion_reported", "production"),
    ("pass_inspection", "quality"),
    ("dispatch", "warehouse"),
    ("depart", "driver"),
)
_ARTICLES = (
    ("RAD-CU6012-W", "铜铝复合散热器 60×1200 白", "组", "180.00"),
    ("RAD-ST5018-G", "钢制柱式散热器 50×1800 灰", "组", "265.50"),
    ("TWR-HB0812-B", "浴室背篓毛巾架 80×120 黑", "件", "399.00"),
    ("VLV-TH15-S", "恒温温控阀 DN15 直角", "只", "58.80"),
    ("PIP-PEX20-R", "PE-X 阻氧管 20×2.0", "米", "6.35"),
    ("WRD-SL2400-O", "推拉门衣柜 2400 橡木色", "套", "4680.00"),
    ("CAB-KB0900-W", "橱柜地柜 900 亮白", "组", "1290.00"),
    ("GLS-TM0800-F", "钢化玻璃门板 800 长虹", "片", "320.00"),
)
_FAMILIES, _GIVEN = (
    "王李张刘陈杨赵黄周吴徐孙",
    ("伟", "芳", "娜", "秀英", "敏", "静", "强", "磊", "洋", "艳", "勇", "军"),
)


@dataclass(frozen=True)
class Plan:
    """How many orders to make, when the last one was opened, and whose they are."""

    total: int
    until: datetime
    merchandisers: tuple[UUID, ...]

    @property
    def pool(self) -> int:
        """How many of the newest orders are there to be acted upon."""
        return max(GROUP, min(3200, self.total * 16 // 25) // GROUP * GROUP)

    @property
    def open(self) -> int:
        """How many of the newest orders are not yet delivered."""
        return min(self.total, max(2000, self.total // 10))

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return max(16, min(50_000, self.total // 10))


def id_at(moment: datetime, number: int) -> UUID:
    """A UUIDv7 of this moment; `number` takes the place of chance, so that ids are the same in every run."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | number)


def customer_of(plan: Plan, index: int) -> tuple[UUID, str, str, str]:
    """Id, channel, number and name of a customer."""
    number = index % plan.customers
    name = _FAMILIES[number % 12] + _GIVEN[number // 12 % 12] + ("女士" if number % 2 else "先生")
    return id_at(plan.until - timedelta(days=900), number), CHANNELS[number % 4], f"C{number:06}", name


def customers(plan: Plan) -> bytes:
    """All customers, for COPY."""
    return _copy_lines(_customer_row(plan, number) for number in range(plan.customers))


def _customer_row(plan: Plan, number: int) -> Sequence[Any]:
    key, channel, external_id, name = customer_of(plan, number)
    address = {"province": "浙江省", "city": "杭州市", "street": f"文三路 {number} 号"}
    phone = f"139{number:08}"
    return key, channel, external_id, name, None, phone, f"c{number}@example.com", address, plan.until


def chunk(plan: Plan, start: int, stop: int) -> dict[str, bytes]:
    """The orders `start` to `stop` (counted from 0, the oldest first) as COPY's text, by table."""
    workflow = Workflow.parse(next(body for body in builtin_workflows() if body["key"] == "standard"))
    rows: dict[str, list[Sequence[Any]]] = {table: [] for table in COLUMNS if table != "customers"}
    for index in range(start, stop):
        _add_order(plan, workflow, index, rows)
    return {table: _copy_lines(lines) for table, lines in rows.items()}


def _add_order(plan: Plan, workflow: Workflow, index: int, rows: dict[str, list[Sequence[Any]]]) -> None:
    age = plan.total - 1 - index
    opened = plan.until - SPACING * (age + 1)
    order_id, number = id_at(opened, index), f"SO{FIRST_NUMBER + index}"
    customer_id, channel, _, customer_name = customer_of(plan, index)
    lines = [(*_ARTICLES[(index + n) % len(_ARTICLES)], 1 + (index + n) % 5) for n in range(4)]
    amounts = [Decimal(price) * quantity for *_, price, quantity in lines]
    history = list(_history(workflow, number, opened, index, _steps(plan, age)))
    last = history[-1]
    promised = (opened + timedelta(days=20)).date()
    external = None if channel == "manual" else f"{channel[:2].upper()}{index:09}"
    rows["orders"].append(
        (
            *(order_id, number, channel, "", external, "standard", customer_id, "CNY", "0", "0", True, sum(amounts)),
            *(opened.date(), promised, opened + timedelta(days=21)),
            plan.merchandisers[index % len(plan.merchandisers)],
            *("standard", 1, last.event.to_stage, workflow.stage(last.event.to_stage).category, False),
            *(last.event.recorded_at, last.event.seq, last.hash, opened, last.event.recorded_at),
        )
    )
    rows["order_lines"] += (
        (order_id, n, sku, name, quantity, unit, price, amount, {"颜色": "白"})
        for n, ((sku, name, unit, price, quantity), amount) in enumerate(zip(lines, amounts, strict=True), 1)
    )
    words = search_words([number, external, customer_name, *(part for sku, name, *_ in lines for part in (sku, name))])
    rows["order_search"].append((order_id, words, grams(words)))
    rows["events"] += (_event_row(order_id, sealed) for sealed in history)


def _steps(plan: Plan, age: int) -> int | None:
    """How many actions an order has seen; None: delivered long ago."""
    if age < plan.pool:
        return 3 + age // 4 % 2  # in_production, awaiting_qc; both in every channel
    return age % (len(_LINE) + 1) if age < plan.open else None


def _history(
    workflow: Workflow, number: str, opened: datetime, index: int, steps: int | None
) -> Iterator[SealedEvent]:  # fmt: skip
    stage = workflow.start if steps is not None else "delivered"
    sealed = seal(_event(number, opened, index, 1, FIRST_PREVIOUS_HASH, "OrderOpened", None, None, stage, "sales"))
    yield sealed
    for place, (action, role) in enumerate(_LINE[: steps or 0]):
        came_from = stage
        stage = workflow.table.steps[stage, action][0].move.to_stage
        moment = opened + SPACING * (place + 1) / 10
        sealed = seal(
            _event(number, moment, index, place + 2, sealed.hash, "ActionPerformed", action, came_from, stage, role)
        )
        yield sealed


def _event(
    number: str, moment: datetime, index: int, seq: int, prev_hash: str, kind: str, action: str | None,
    came_from: str | None, to: str, role: str,
) -> Event:  # fmt: skip
    return Event(
        id=id_at(moment, index * 16 + seq),
        order_no=number,
        seq=seq,
        type=kind,
        action=action,
        from_stage=came_from,
        to_stage=to,
        held=False,
        actor={"kind": "system", "id": "bench", "role": role},
        occurred_at=moment,
        recorded_at=moment,
        revision=1,
        workflow="standard@1",
        prev_hash=prev_hash,
        payload={"note": "made for the bench"},
    )


def _event_row(order_id: UUID, sealed: SealedEvent) -> Sequence[Any]:
    event = sealed.event
    return (
        *(event.id, order_id, event.seq, event.type, event.action, event.from_stage, event.to_stage, event.held),
        *(event.recorded_at, sealed.canonical, event.prev_hash, sealed.hash),
    )


def _copy_lines(rows: Iterable[Sequence[Any]]) -> bytes:
    return "".join("\t".join(map(_copy_value, row)) + "\n" for row in rows).encode()


def _copy_value(value: Any) -> str:
    """One value in the text format of COPY."""
    if value is None:
        return r"\N"
    if isinstance(value, list):
        return "{" + ",".join(f'"{_escaped(item)}"' for item in value) + "}"
    if isinstance(value, dict):
        value = orjson.dumps(value).decode()
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat()
    return _escaped(str(value))


def _escaped(text: str) -> str:
    if "\\" in text or "\n" in text or "\t" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return text
