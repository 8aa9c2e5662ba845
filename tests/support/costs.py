"""What materials cost, as an ERP says it: of people, finance alone may write a cost."""

from __future__ import annotations

from decimal import Decimal

from domain.access.actor import system
from domain.warning.stock import Described
from usecases.warning.take_stock import TakeStock, take_stock
from wiring.build import Parts


async def costs(parts: Parts, material: str, cost: str) -> None:
    """From now on a material costs so much a unit."""
    told = TakeStock("warehouse", described=[Described(material, unit_cost=Decimal(cost))])
    await parts.door.run(system("tests"), take_stock, told)
