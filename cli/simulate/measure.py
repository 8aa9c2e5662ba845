"""A simulated year from an empty database to its figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cli.simulate.driver import driver_of
from cli.simulate.model import Wish
from domain.access.actor import system
from persistence.database import Database
from usecases.warning.measure_warnings import measure_warnings
from wiring.settings import Settings


async def simulate(
    settings: Settings, wish: Wish, looks: int, tell: Callable[[int, int, datetime], None]
) -> dict[str, Any]:
    """The figures of `measure_warnings`, with what was simulated and how much was lived."""
    # Not durable: a year that was cut off is simulated again.
    database = Database(settings.database_url, pool_size=2, application_name="throughline-simulate", durable=False)
    driver = driver_of(settings, database, looks, tell)
    try:
        lived = await driver.run(wish)
        measured: dict[str, Any] = await driver.door.read(system("simulate"), measure_warnings, driver.risks)
    finally:
        await database.close()
    asked = {"seed": wish.seed, "orders": wish.orders, "days": wish.days, "looks_a_day": looks}
    return {"asked": asked, "lived": lived, **measured}
