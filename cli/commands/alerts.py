"""`throughline alerts evaluate`: look for what is due by every rule, now or as if it were another time."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from cli.reach import insist_on_postgres
from cli.stop import Stop
from wiring.build import build
from wiring.logs import logs_beside_the_answer
from wiring.settings import Settings, load_settings
from workers.schedule import Means, evaluate_rules


def describe(parser: argparse.ArgumentParser) -> None:
    """`alerts evaluate` and the instant that it takes for now."""
    evaluating = parser.add_subparsers(dest="what", metavar="WHAT", required=True).add_parser(
        "evaluate",
        help="run every rule once",
        description="Run every rule once: open alerts, end those whose cause is no more, and let due levels climb. "
        "The worker carries out what has to be told.",
    )
    evaluating.add_argument(
        "--now", metavar="TIME", type=_instant, help="as if it were then, such as 2026-11-24T08:00:00Z"
    )
    evaluating.add_argument("--json", action="store_true", help="one JSON document instead of lines")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where every rule ran, 1 where one was refused."""
    logs_beside_the_answer()
    settings = load_settings()
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    found = asyncio.run(_evaluate(settings, arguments.now))
    print(json.dumps(found, ensure_ascii=False, indent=2) if arguments.json else _told(found))
    return 1 if found["refused"] else 0


async def _evaluate(settings: Settings, now: datetime | None) -> dict[str, Any]:
    parts = build(settings, clock=(lambda: now) if now else None, application="alerts")
    async with parts.running():
        return await evaluate_rules(Means(parts.door, parts.blobs, parts.clock, settings.zone))


def _told(found: dict[str, Any]) -> str:
    """A line for each rule, and one for the levels that were due."""
    width = max((len(key) for key in [*found["rules"], *found["refused"]]), default=0)
    lines = [
        f"{key:<{width}}  due 到期 {ran['due']:>5}  opened 新增 {ran['opened']:>5}  ended 解除 {ran['ended']:>5}"
        for key, ran in found["rules"].items()
    ]
    lines += [f"{key:<{width}}  refused 被拒绝: {code}" for key, code in found["refused"].items()]
    return "\n".join([*lines, f"levels due 到期的级别: {found['told'].get('due', 0)}"])


def _instant(text: str) -> datetime:
    """An instant with its zone. Raises Stop, in words."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Stop(f"'{text}' is no time; write 2026-11-24T08:00:00Z. 时间格式不对。") from None
    if instant.tzinfo is None:
        raise Stop(f"'{text}' has no zone; write 2026-11-24T08:00:00Z or +08:00. 缺少时区。")
    return instant.astimezone(UTC)
