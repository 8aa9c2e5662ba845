"""Try the connection to one ERP: sign in, read one page, and show what was answered and what it was understood as.

Nothing is kept, and what was read before stays. It signs in anew, beside whoever works with the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import httpx

from domain.orders.events import instant_text
from domain.orders.money import quantity_text
from domain.warning.stock import Described
from integrations.calling import own_connections
from integrations.ports import CountedRow, ErpFailed, MaterialPage, StockPage
from integrations.recording import Recording
from wiring.erps import erp_of
from wiring.settings import Settings

ROWS = 50
SECONDS = 20

Read = TypeVar("Read", StockPage, MaterialPage)


async def try_erp(
    settings: Settings,
    name: str,
    clock: Callable[[], datetime],
    connect: Callable[[], httpx.AsyncClient] = own_connections,
) -> dict[str, Any]:
    """`{"source", "at", "ok", "exchanges", "stock", "materials"}`; `name` is one of `settings.erps`."""
    recording = Recording(_secrets(settings, name))
    few = settings.model_copy(update={f"{name}_page_rows": ROWS})
    async with recording.of(connect()) as http:
        erp = erp_of(few, name, http, clock)
        stock = await _read(recording, erp.stock(0), lambda page: (page.rows, page.next_start), _counted)
        materials = await _read(
            recording, erp.materials(None, 0), lambda page: (page.materials, page.next_start), _described
        )
    return {
        "source": name,
        "at": instant_text(clock()),
        "ok": stock["problem"] is None and materials["problem"] is None,
        "exchanges": recording.shown(),
        "stock": stock,
        "materials": materials,
    }


async def _read(
    recording: Recording,
    asked: Awaitable[Read],
    parts: Callable[[Read], tuple[Sequence[Any], int | None]],
    view: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    """What a page was understood as, or why it was not understood."""
    try:
        async with asyncio.timeout(SECONDS):
            rows, following = parts(await asked)
    except ErpFailed as failed:
        return _not_read(failed.reason, recording.masked(failed.problem), needs_person=failed.alert)
    except TimeoutError:
        return _not_read("unreachable", f"nothing within {SECONDS} s", needs_person=False)
    return {"problem": None, "items": [view(row) for row in rows[:ROWS]], "more": following is not None}


def _not_read(reason: str, problem: str, *, needs_person: bool) -> dict[str, Any]:
    told = {"reason": reason, "problem": problem, "needs_person": needs_person}
    return {"problem": told, "items": [], "more": False}


def _counted(row: CountedRow) -> dict[str, Any]:
    return {"row": row.row, "material": row.material, "quantity": quantity_text(row.quantity)}


def _described(one: Described) -> dict[str, Any]:
    return {
        "material": one.material,
        "name": one.name,
        "specification": one.specification,
        "unit": one.unit,
        "safety_level": None if one.safety_level is None else quantity_text(one.safety_level),
        "unit_cost": None if one.unit_cost is None else quantity_text(one.unit_cost),
        "lead_days": one.lead_days,
        "active": one.active,
    }


def _secrets(settings: Settings, name: str) -> list[str]:
    """What the settings of the connection keep to themselves."""
    fields = type(settings).model_fields
    hidden = (field for field in fields if field.startswith(f"{name}_") and fields[field].repr is False)
    return [str(value) for field in hidden if (value := getattr(settings, field))]
