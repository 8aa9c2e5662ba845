"""`throughline demo`: two real-shaped orders through their whole life, over HTTP, before your eyes."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cli.folder import Folder
from domain.text import Text
from wiring.settings import DEMO_SECRETS, PREFIX, data_dir_of

if TYPE_CHECKING:
    from cli.demo.journey import Journey, Played
    from cli.screen import Screen


def describe(parser: argparse.ArgumentParser) -> None:
    """Where, and in which language."""
    parser.add_argument("--url", help="the server; else the one that `throughline up` runs on this data folder")
    parser.add_argument("--lang", choices=("zh", "en"), help="else as the terminal's locale says")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where both orders are delivered, 1 where a step fails."""
    from uuid_utils.compat import uuid7

    from cli.demo.courier import Courier, StepFailed
    from cli.demo.journey import Journey
    from cli.screen import Screen, language_of

    screen = Screen(arguments.lang or language_of(os.environ))
    url, run_id = arguments.url or server_url(os.environ), f"demo-{uuid7()}"
    screen.title(f"Throughline demo  {url}")
    again = Text("连接中断，稍候重试", "interrupted, trying again")
    courier = Courier(url, screen.language, lambda what: screen.note(f"{screen.of(again)}: {what}"))
    try:
        return _play(Journey(courier, screen, run_id), screen)
    except StepFailed as failed:
        screen.bad(f"{screen.of(Text('演示失败', 'The demo failed'))}: {failed}")
        return 1
    finally:
        courier.close()


def _play(journey: Journey, screen: Screen) -> int:
    from cli.demo.deliveries import shopify_delivery, taobao_delivery

    began = time.monotonic()
    played = [
        journey.play(partial(taobao_delivery, _secret("taobao"))),
        journey.play(partial(shopify_delivery, _secret("shopify"))),
    ]
    _summarise(played, screen, time.monotonic() - began)
    return 0


def _secret(channel: str) -> str:
    return os.environ.get(f"{PREFIX}{channel.upper()}_SECRET") or DEMO_SECRETS[f"{channel}_secret"]


def _summarise(played: Sequence[Played], screen: Screen, seconds: float) -> None:
    heads = ("渠道 单号 订单 阶段 步骤 效果 历史 秒", "channel number order stage steps effects events seconds")
    rows = [screen.of(Text(*heads)).split()]
    for one in played:
        counts = (str(one.steps), str(one.effects), str(one.events), f"{one.seconds:.1f}")
        rows.append([one.channel, one.number, one.order_no, one.stage, *counts])
    screen.title(screen.of(Text("小结", "Summary")))
    screen.table(rows)
    told = Text("张订单都已签收，历史链完整", "orders delivered, their histories whole")
    screen.good(f"  {len(played)} {screen.of(told)} ({seconds:.1f} s)")


def server_url(environ: Mapping[str, str]) -> str:
    """Where the server answers: as runtime.json says while one runs, else as the settings do, else the usual place."""
    folder = Folder(data_dir_of(environ))
    api = folder.runtime().get("parts", {}).get("api", {}) if folder.is_held() else {}
    if api.get("port"):
        host = str(api["host"])
        return f"http://{f'[{host}]' if ':' in host else host}:{api['port']}"
    return environ.get(f"{PREFIX}PUBLIC_URL") or f"http://127.0.0.1:{environ.get(f'{PREFIX}PORT') or 8000}"
