"""Early warning: what is wrong now, who has taken it on, and the rules by which it is found."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Body, Path, Query
from pydantic import ConfigDict, Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import BothLanguages, Page, SafeText, Sent, Shown
from persistence.queries.alert_board import AlertFilter
from usecases.warning.handle_alert import HandleAlert, acknowledge_alert, resolve_alert
from usecases.warning.read_alerts import list_alerts, list_rules, read_alert, read_calendar, read_rule
from usecases.warning.save_rule import SaveRule, save_calendar, save_rule, try_rule

routes = router("alerts")

State = Literal["open", "acknowledged", "resolved"]
Severity = Literal["info", "warning", "high"]
RuleKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", examples=["first_operation_late"])]
Document = Annotated[dict[str, Any], Body(description="the whole document 整份文档")]


class AlertOut(Shown):
    """One alert. `level` of `levels` has been told; `next_at` is when the next one up hears, null: nobody will."""

    id: str
    rule: str
    label: BothLanguages
    severity: Severity
    subject: str
    text: BothLanguages
    order_no: str | None
    facts: dict[str, Any]
    since: str
    opened_at: str
    state: State
    banner: bool = Field(description="nobody could be told, or nobody acted")
    level: int
    levels: int
    next_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    resolved_at: str | None
    resolution: Literal["ended", "person"] | None


class AlertStep(Shown):
    """Something that was done about an alert."""

    kind: Literal["opened", "told", "banner", "acknowledged", "resolved", "ended"]
    at: str
    by: str
    detail: dict[str, Any]


class AlertFull(AlertOut):
    """One alert with everything that was done about it."""

    steps: list[AlertStep]


class HandleIn(Sent):
    """What is being done about it."""

    note: Annotated[SafeText, Field(max_length=1000)] | None = None


class RuleLevel(Shown):
    """Who hears, how many wall hours after the level before."""

    model_config = ConfigDict(extra="allow")

    after_hours: float
    to: list[str]
    channels: list[str] = Field(default_factory=list)
    urgent: bool = False


class RuleOut(Shown):
    """A rule as it is published now."""

    model_config = ConfigDict(extra="allow")

    key: str
    version: int
    label: BothLanguages
    fact: str
    levels: list[RuleLevel]


class Rules(Shown):
    """Every rule."""

    items: list[RuleOut]


class Found(Shown):
    """One thing that a rule would find."""

    subject: str
    since: str
    text: BothLanguages


class Trial(Shown):
    """What a rule would find now."""

    due: int
    items: list[Found]


class CalendarOut(Shown):
    """The factory's working hours, holidays and quiet hours, local time."""

    model_config = ConfigDict(extra="allow")

    version: int
    week: dict[str, list[list[str]]]
    exceptions: dict[str, list[list[str]]] = Field(default_factory=dict)
    quiet: list[str] | None = None


@routes.get("/alerts", response_model=Page[AlertOut])
async def find_alerts(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: Annotated[list[State] | None, Query(description="default: what is not resolved")] = None,
    rule: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9_]{0,63}$")] = None,
    severity: Severity | None = None,
    banner: bool | None = None,
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
) -> Any:
    """Alerts, newest first."""
    before = UUID(page.after[0]) if page.after else None
    states = tuple(state or ("open", "acknowledged"))
    wanted = AlertFilter(states, rule, severity, banner, order_no, before, page.fetch)
    return page.page(await door.read(actor, list_alerts, wanted), lambda alert: [alert["id"]])


@routes.get("/alerts/{alert_id:uuid}", response_model=AlertFull)
async def get_alert(alert_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One alert, and everything that was done about it."""
    return await door.read(actor, read_alert, alert_id)


@routes.post("/alerts/{alert_id:uuid}/acknowledge", response_model=AlertOut)
async def acknowledge(
    alert_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: HandleIn | None = None
) -> Answer:
    """Take it on: nobody further up hears of it."""
    command = HandleAlert(alert_id, body.note if body else None)
    return answer_of(await door.run(actor, acknowledge_alert, command, key=key))


@routes.post("/alerts/{alert_id:uuid}/resolve", response_model=AlertOut)
async def resolve(alert_id: UUID, actor: TheActor, door: TheDoor, key: TheKey, body: HandleIn | None = None) -> Answer:
    """Settle it for as long as the same thing goes on."""
    command = HandleAlert(alert_id, body.note if body else None)
    return answer_of(await door.run(actor, resolve_alert, command, key=key))


@routes.get("/alert-rules", response_model=Rules)
async def find_rules(actor: TheActor, door: TheDoor) -> Any:
    """Every rule as it is published now."""
    return {"items": await door.read(actor, list_rules, None)}


@routes.get("/alert-rules/{key}", response_model=RuleOut)
async def get_rule(key: RuleKey, actor: TheActor, door: TheDoor) -> Any:
    """One rule."""
    return await door.read(actor, read_rule, key)


@routes.put("/alert-rules/{key}", response_model=RuleOut)
async def put_rule(key: RuleKey, body: Document, actor: TheActor, door: TheDoor, idempotency: TheKey) -> Answer:
    """Publish the rule as its next version; it counts from the next minute on."""
    return answer_of(await door.run(actor, save_rule, SaveRule(key, body), key=idempotency))


@routes.post("/alert-rules/{key}/try", response_model=Trial)
async def try_it(key: RuleKey, body: Document, actor: TheActor, door: TheDoor) -> Any:
    """What the rule would find now; nothing is opened, nobody is told."""
    return await door.read(actor, try_rule, SaveRule(key, body))


@routes.get("/calendar", response_model=CalendarOut)
async def get_calendar(actor: TheActor, door: TheDoor) -> Any:
    """When the factory works, and when nobody is disturbed."""
    return await door.read(actor, read_calendar, None)


@routes.put("/calendar", response_model=CalendarOut)
async def put_calendar(body: Document, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Publish the calendar as its next version."""
    return answer_of(await door.run(actor, save_calendar, body, key=key))
