"""What recurs. A period is run once, by whoever comes first; one that was missed is made up when somebody is back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import orjson
import structlog

from domain.outgoing.periods import period_start
from domain.refusals.kinds import Nature, Refusal
from integrations.ports import Blobs
from usecases.door import Door
from usecases.erp.compare_orders import AskComparison, ask_comparison
from usecases.erp.pull_ledger import ask_for_ledgers
from usecases.erp.tell_orders import queue_orders
from usecases.exports.own_exports import expire_exports
from usecases.forecast.foretell import Place, foretell_orders, settle_finished
from usecases.forecast.learn import learn_from_past
from usecases.intake.reconcile import ask_shops
from usecases.outgoing.chain_heads import TakenRoot, send_root, take_root
from usecases.outgoing.forget_old import forget_settled, forget_ticks, prune_refused_payloads
from usecases.outgoing.run_ticks import Finished, Period, Turn, claim_tick, due_ticks, finish_tick
from usecases.portal.issue_code import forget_codes
from usecases.portal.survey import ask_surveys
from usecases.warning.climb_ladder import climb_ladder
from usecases.warning.follow_orders import follow_orders
from usecases.warning.pull_stock import ask_in_turn
from usecases.warning.run_rules import learn_habits, list_rule_keys, run_rule
from workers.reactions import RELAY

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FORGOTTEN_AT_ONCE = 1000
QUIET_HOUR = 3  # of the factory's night

_log = structlog.stdlib.get_logger("schedule")


@dataclass(frozen=True, slots=True)
class Means:
    """What ticks work with."""

    door: Door
    blobs: Blobs
    clock: Callable[[], datetime]
    zone: ZoneInfo
    public_url: str = ""
    erps: Sequence[str] = ()
    told_erps: Sequence[str] = ()
    ledger_erps: Sequence[str] = ()
    compared_erps: Sequence[str] = ()
    shops: Sequence[tuple[str, str]] = ()


Work = Callable[[Means, Period], Awaitable[Any]]
Verb = Callable[[Any, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that recurs: how often, and what is done. `nightly` ones begin in the factory's quiet hour."""

    name: str
    every: timedelta
    work: Work
    nightly: bool = False


async def _forget_ticks(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, forget_ticks, None)).answer


async def _forget_settled(means: Means, _: Period) -> Any:
    """Batch after batch, until nothing is left whose time is over."""
    total = Counter[str]()
    while True:
        gone = (await means.door.run(RELAY, forget_settled, FORGOTTEN_AT_ONCE)).answer
        total.update(gone)
        if not any(gone.values()):
            return dict(total)


async def _prune_refused_payloads(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, prune_refused_payloads, None)).answer


async def _forget_codes(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, forget_codes, None)).answer


async def _expire_exports(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, expire_exports, None)).answer


async def _ask_surveys(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, ask_surveys, f"{means.public_url}/portal/")).answer


async def _chain_heads(means: Means, period: Period) -> Any:
    """Take the root, store it, then mail it; a repeat after a crash stores another root and mails none."""
    document = await means.door.read(RELAY, take_root, None)
    blob = await means.blobs.put_bytes(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    period_id = uuid5(NAMESPACE_URL, f"throughline:{period.name}:{period.start.isoformat()}")
    taken = TakenRoot(document, blob.sha256, period_id, period.start)
    return (await means.door.run(RELAY, send_root, taken)).answer


async def _follow_orders(means: Means, _: Period) -> Any:
    """Red follows within the minute what people did to orders."""
    return await _until_nothing(means, follow_orders, "events")


async def _until_nothing(means: Means, verb: Verb, counts: str) -> dict[str, int]:
    """Turn after turn, until one of them counts nothing; the sum of what they did."""
    total = Counter[str]()
    while True:
        turn = (await means.door.run(RELAY, verb, None)).answer
        total.update(turn)
        if not turn[counts]:
            return dict(total)


async def _sweep_uploads(means: Means, _: Period) -> Any:
    return await means.blobs.sweep()


async def _run_rules(means: Means, _: Period) -> Any:
    return await evaluate_rules(means)


async def evaluate_rules(means: Means) -> dict[str, Any]:
    """Each rule by itself, so that one that fails does not silence the others; then whoever has to hear hears.

    Answers `{"rules": {key: counts}, "refused": {key: code}, "told": counts}`.
    """
    done: dict[str, Any] = {}
    refused: dict[str, str] = {}
    for key in await means.door.read(RELAY, list_rule_keys, None):
        try:
            done[key] = (await means.door.run(RELAY, run_rule, key)).answer
        except Refusal as refusal:
            if refusal.kind.nature is Nature.UNAVAILABLE:
                raise
            refused[key] = refusal.code
            _log.error("rule_refused", rule=key, problem=refusal.code)
    return {"rules": done, "refused": refused, "told": await _until_nothing(means, climb_ladder, "due")}


async def _pull_stock(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, ask_in_turn, means.erps)).answer


async def _pull_ledgers(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, ask_for_ledgers, means.ledger_erps)).answer


async def _tell_erps(means: Means, _: Period) -> Any:
    """Until nothing new is left, for each system by itself."""
    total = Counter[str]()
    for source in means.told_erps:
        while True:
            turn = (await means.door.run(RELAY, queue_orders, source)).answer
            total.update(turn)
            if not turn["events"]:
                break
    return dict(total)


async def _compare_erps(means: Means, period: Period) -> Any:
    """The report of the factory's day; one for a day that nobody was there cannot be made any more."""
    day = period.start.astimezone(means.zone).date()
    return (await means.door.run(RELAY, ask_comparison, AskComparison(means.compared_erps, day))).answer


async def _ask_shops(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, ask_shops, means.shops)).answer


async def _learn_habits(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, learn_habits, None)).answer


async def _learn_from_past(means: Means, _: Period) -> Any:
    return (await means.door.run(RELAY, learn_from_past, None)).answer


async def _foretell(means: Means, _: Period) -> Any:
    return await foretell_all(means.door)


async def foretell_all(door: Door) -> dict[str, int]:
    """Settle what is finished, then go round every open order. Answers `{"settled", "orders", "changed", "kept"}`."""
    total = Counter({"settled": (await door.run(RELAY, settle_finished, None)).answer})
    place: Place | None = Place()
    while place is not None:
        turn = (await door.run(RELAY, foretell_orders, place)).answer
        place = turn.pop("next")
        total.update(turn)
    return dict(total)


TICKS = (
    Tick("sweep_uploads", HOUR, _sweep_uploads),
    Tick("forget_ticks", DAY, _forget_ticks, nightly=True),
    Tick("forget_settled", DAY, _forget_settled, nightly=True),
    Tick("prune_refused_payloads", DAY, _prune_refused_payloads, nightly=True),
    Tick("chain_heads", HOUR, _chain_heads),
    Tick("follow_orders", MINUTE, _follow_orders),
    Tick("run_rules", MINUTE, _run_rules),
    Tick("pull_stock", timedelta(minutes=10), _pull_stock),
    Tick("pull_ledgers", HOUR, _pull_ledgers),
    Tick("tell_erps", MINUTE, _tell_erps),
    Tick("compare_erps", DAY, _compare_erps, nightly=True),
    Tick("ask_shops", timedelta(minutes=10), _ask_shops),
    Tick("learn_habits", DAY, _learn_habits, nightly=True),
    Tick("learn_from_past", DAY, _learn_from_past, nightly=True),
    Tick("foretell", timedelta(minutes=10), _foretell),
    Tick("forget_codes", HOUR, _forget_codes),
    Tick("ask_surveys", HOUR, _ask_surveys),
    Tick("expire_exports", HOUR, _expire_exports),
)


class Schedule:
    """Runs what is overdue; any number of processes may."""

    def __init__(self, means: Means, ticks: tuple[Tick, ...] = TICKS) -> None:
        self._means, self._ticks = means, {tick.name: tick for tick in ticks}

    async def run_overdue(self) -> list[str]:
        """Run every tick whose present period nobody has run; their names. Refusals mean that the database is away."""
        periods = self._periods()
        due = await self._means.door.read(RELAY, due_ticks, periods)
        return [name for name in due if await self._run(self._ticks[name], periods[name])]

    def _periods(self) -> dict[str, datetime]:
        now = self._means.clock()
        local = now.astimezone(self._means.zone)
        night = timedelta(hours=QUIET_HOUR) - (local.utcoffset() or timedelta(0))
        return {
            name: period_start(now, tick.every, night if tick.nightly else timedelta(0))
            for name, tick in self._ticks.items()
        }

    async def _run(self, tick: Tick, start: datetime) -> bool:
        turn: Turn | None = (await self._means.door.run(RELAY, claim_tick, Period(tick.name, start))).answer
        if turn is None:
            return False
        try:
            result = await tick.work(self._means, turn.period)
        except Exception as error:  # noqa: BLE001 - one tick must not keep the others from running; it is tried again
            _log.error("tick_failed", exc_info=error, tick=tick.name)
            await self._means.door.run(RELAY, finish_tick, Finished(turn, problem=f"{type(error).__name__}: {error}"))
            return False
        await self._means.door.run(RELAY, finish_tick, Finished(turn, result))
        _log.info("tick_done", tick=tick.name, period=start.isoformat(), result=result)
        return True
