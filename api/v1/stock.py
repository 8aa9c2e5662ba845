"""Stock: what is there, what is short and who waits for it, what may replace it, and where the figures come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import Field

from api.actor import TheActor, TheDoor, parts_of
from api.keys import IfMatch, TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.change_shown import ChangeOut
from api.v1.order_sent import LineNumber
from api.v1.orders import OrderNo
from api.v1.types import Flag, Instant, NotNegative, Page, SafeText, Sent, Shown
from domain.warning.stock import Described
from persistence.queries.stock_board import MaterialFilter
from usecases.warning.choose_substitute import ChooseSubstitute, choose_substitute
from usecases.warning.pull_stock import ask_for_stock
from usecases.warning.read_stock import (
    InsteadOf,
    compare_substitutes,
    list_materials,
    list_shortages,
    list_sources,
    read_material,
)
from usecases.warning.take_stock import TakeStock, take_stock

routes = router("stock")

Sku = Annotated[SafeText, Field(min_length=1, max_length=100, examples=["CU.T.1608"])]
SkuInPath = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f/]+$", examples=["CU.T.1608"])]
MOST_LEVELS = 10_000


class MaterialOut(Shown):
    """One material in its own unit. `available`: on hand less what is set aside for released orders; null: unknown."""

    material: str
    name: str
    specification: str
    unit: str
    on_hand: str | None
    reserved: str
    available: str | None
    safety_level: str
    short: bool
    short_by: str
    short_since: str | None
    waiting_orders: int = Field(description="orders that are red for it")
    unit_cost: str | None = None
    lead_days: int | None
    active: bool
    source: str
    as_of: str | None
    stale: bool = Field(description="the source gave no newer answer; see stock/sources")


class WaitingOrder(Shown):
    """An order that has not started and is red for the material."""

    order_no: str
    customer: str | None
    stage: str
    promised_date: str | None
    needed: str
    since: str


class MaterialFull(MaterialOut):
    """One material with the orders that wait for it, the most urgent first."""

    waiting: list[WaitingOrder]


class Alternative(Shown):
    """What may be used instead, and what that changes. Null: cannot be worked out."""

    material: str
    name: str
    unit: str
    ratio: str = Field(description="so much of it stands for one unit of the short material")
    quantity: str
    on_hand: str | None
    available: str | None
    enough: bool | None
    lead_days: int | None
    unit_cost: str | None = None
    unit_cost_difference: str | None = None
    order_cost_difference: str | None = None
    margin_after: str | None = None
    until_date: str | None
    note: dict[str, str]


class Comparison(Shown):
    """A short material beside what is allowed in its place."""

    material: MaterialOut
    order_no: str | None
    line: int | None
    needed: str
    currency: str
    items: list[Alternative]


class ChoiceIn(Sent):
    """Which allowed substitute is taken, for one line or for all that need the material."""

    material: Sku
    substitute: Sku
    line: LineNumber | None = None
    reason: Annotated[SafeText, Field(min_length=1, max_length=4000)] | None = None
    confirm_by_customer: Flag | None = Field(default=None, description="null: as for any change that is our wish")


class Choice(Shown):
    """The change that was asked for, and the row of the comparison that it rests on."""

    change: ChangeOut
    chosen: Alternative


class SourceProblem(Shown):
    """Why a source gave no usable answer."""

    reason: str
    problem: str
    needs_person: bool
    at: str


class Reading(Shown):
    """How far a system is read that is being read now: so many rows of what comes in this phase."""

    phase: Literal["materials", "substitutes", "stock"]
    rows: int


class SourceOut(Shown):
    """A system that counts stock. `tried_at` null: it is being read for the first time."""

    source: str
    as_of: str | None
    tried_at: str | None
    problem: SourceProblem | None
    report: dict[str, int]
    reading: Reading | None


class Sources(Shown):
    """Every system that counts stock."""

    items: list[SourceOut]


class ShortageOut(Shown):
    """A material for which an order is red."""

    material: str
    name: str
    unit: str
    needed: str
    short_by: str
    since: str


class Shortages(Shown):
    """Everything that an order is red for."""

    items: list[ShortageOut]


class LevelIn(Sent):
    """One count, in the material's own unit; what is left out stays as it is."""

    material: Sku
    on_hand: NotNegative | None = None
    safety_level: NotNegative | None = None
    name: Annotated[SafeText, Field(max_length=200)] = ""
    unit: Annotated[SafeText, Field(max_length=20)] = ""
    unit_cost: NotNegative | None = None
    lead_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class LevelsIn(Sent):
    """What one system counted. `whole`: it is all that the system has, so that what is not named is gone."""

    source: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["warehouse"])] = "push"
    as_of: Instant | None = None
    whole: Flag = False
    levels: Annotated[list[LevelIn], Field(min_length=1, max_length=MOST_LEVELS)]


class Taken(Shown):
    """What a count came to: how many materials it named, how many differ, how many orders turned red or cleared."""

    source: str
    as_of: str
    counted: int
    changed: int
    red: int
    cleared: int


class Asked(Shown):
    """Which ERPs are asked now, and which were being read already."""

    asked: list[str]
    under_way: list[str]


@routes.get("/materials", response_model=Page[MaterialOut])
async def find_materials(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    short: Annotated[bool | None, Query(description="below their safety level 低于安全库存")] = None,
    q: Annotated[str | None, Query(max_length=100, description="number, name or specification")] = None,
) -> Any:
    """Materials by number, with what is free of them."""
    after = page.after[0] if page.after else None
    rows = await door.read(actor, list_materials, MaterialFilter(after, short, q or None, page.fetch))
    return page.page(rows, lambda row: [row["material"]])


@routes.get("/materials/{sku}", response_model=MaterialFull)
async def get_material(sku: SkuInPath, actor: TheActor, door: TheDoor) -> Any:
    """One material, and which orders are red for it."""
    return await door.read(actor, read_material, sku)


@routes.get("/materials/{sku}/substitutes", response_model=Comparison)
async def find_substitutes(
    sku: SkuInPath,
    actor: TheActor,
    door: TheDoor,
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
    line: Annotated[int | None, Query(ge=1, le=500, description="of the order; null: all that need it")] = None,
) -> Any:
    """What may be used instead: stock, lead time, difference in cost, effect on the order's margin."""
    return await door.read(actor, compare_substitutes, InsteadOf(sku, order_no, line))


@routes.post("/orders/{order_no}/substitutes", status_code=201, response_model=Choice)
@found_at("/api/v1/changes/{change[id]}")
async def take_substitute(
    order_no: OrderNo, body: ChoiceIn, actor: TheActor, door: TheDoor, key: TheKey, version: IfMatch
) -> Answer:
    """Take an allowed substitute: asks for the order change that uses it, which is approved like any other."""
    command = ChooseSubstitute(
        order_no, body.material, body.substitute, body.line, body.reason, body.confirm_by_customer, version
    )
    return answer_of(await door.run(actor, choose_substitute, command, key=key), status=201)


@routes.get("/orders/{order_no}/shortages", response_model=Shortages)
async def find_shortages(order_no: OrderNo, actor: TheActor, door: TheDoor) -> Any:
    """What the order is red for: which material, how short, since when."""
    return {"items": await door.read(actor, list_shortages, order_no)}


@routes.get("/stock/sources", response_model=Sources)
async def find_sources(actor: TheActor, door: TheDoor) -> Any:
    """Where stock figures come from, and as of when they are true."""
    return {"items": await door.read(actor, list_sources, None)}


@routes.post("/stock/levels", response_model=Taken)
async def push_levels(body: LevelsIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Push counts and master data; orders turn red or clear in the same transaction."""
    command = TakeStock(
        source=body.source,
        as_of=body.as_of,
        on_hand={level.material: level.on_hand for level in body.levels if level.on_hand is not None},
        described=[_described(level) for level in body.levels],
        whole=body.whole,
    )
    return answer_of(await door.run(actor, take_stock, command, key=key))


@routes.post("/stock/sync", status_code=202, response_model=Asked)
async def pull_now(request: Request, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Ask every connected ERP for its stock now; stock/sources tells what came of it."""
    return answer_of(await door.run(actor, ask_for_stock, parts_of(request).settings.erps, key=key), status=202)


def _described(level: LevelIn) -> Described:
    return Described(
        level.material,
        name=level.name,
        unit=level.unit,
        safety_level=level.safety_level,
        unit_cost=level.unit_cost,
        lead_days=level.lead_days,
    )
