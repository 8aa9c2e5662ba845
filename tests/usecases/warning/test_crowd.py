"""Whatever a provider refuses: every alert ends with somebody who took it on or with a banner, none is told twice."""

from __future__ import annotations

from typing import Any

from tests.factory import Factory
from tests.usecases.warning.crowd import Crowd


async def test_half_of_the_messages_refused_and_no_alert_is_lost_or_told_twice(factory: Factory, database: Any) -> None:
    crowd = await Crowd.gather(factory, database.superuser_url, orders=100)
    await crowd.live()
    alerts = await crowd.alerts()
    assert len(alerts) == 100
    assert [alert for alert in alerts if alert["state"] != "acknowledged" and not alert["banner"]] == []
    assert {alert["state"] for alert in alerts} == {"acknowledged", "open"}
    assert crowd.post.refused > 40
    assert await crowd.told_twice() == []
    assert await crowd.levels_told_twice() == 0
