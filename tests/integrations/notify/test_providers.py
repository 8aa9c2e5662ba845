"""Every sample answer of a provider of messages is judged as expected, and each signature fits its vector."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.messages.templates import Message
from integrations.calling import Pause, cut
from integrations.dingtalk import robot as dingtalk
from integrations.feishu import robot as feishu
from integrations.ports import SendFailed
from integrations.sms import aliyun, tencent
from integrations.wecom import robot as wecom

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
VECTORS = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
MESSAGE = Message("红单预警", "订单 SO100001 缺料")
NUMBER = "+8613900001234"


def sample(name: str) -> Any:
    return json.loads((SAMPLES / "notify" / f"{name}.json").read_text(encoding="utf-8"))


def robots(module: Any) -> Callable[[int, Mapping[str, Any]], str | None]:
    def judge(status: int, answer: Mapping[str, Any]) -> str | None:
        if failed := module.failure_of(status, answer):
            raise failed
        return None

    return judge


JUDGES: Mapping[str, Callable[[int, Mapping[str, Any]], str | None]] = {
    "aliyun_sms": aliyun.accepted,
    "tencent_sms": lambda status, answer: tencent.accepted(status, answer, NUMBER),
    "wecom": robots(wecom),
    "dingtalk": robots(dingtalk),
    "feishu": robots(feishu),
}
NAMES = sorted(
    path.name.removesuffix(".expected.json")
    for path in (SAMPLES / "notify").glob("*.expected.json")
    if not path.name.startswith("smtp")
)


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_judged(name: str) -> None:
    wanted, answer = sample(f"{name}.expected"), sample(name)["response"]
    judge = next(judge for start, judge in JUDGES.items() if name.startswith(start))
    if wanted["accepted"]:
        assert judge(answer["status"], answer["body"]) == wanted["provider_id"]
        return
    with pytest.raises(SendFailed) as failed:
        judge(answer["status"], answer["body"])
    assert failed.value.final == (wanted["retry"] == "never")
    assert failed.value.retry_after == timedelta(seconds=wanted["retry_after_s"] or 0)
    assert failed.value.problem.startswith(wanted["reason"])


@pytest.mark.parametrize(
    ("number", "final", "reason"), [("+8613900001235", False, "rate_limited"), ("+861390000", True, "bad_number")]
)
def test_each_number_has_a_verdict_of_its_own(number: str, final: bool, reason: str) -> None:
    answer = sample("tencent_sms_partly_refused")["response"]
    with pytest.raises(SendFailed) as failed:
        tencent.accepted(answer["status"], answer["body"], number)
    assert (failed.value.final, failed.value.problem.split(":")[0]) == (final, reason)


@pytest.mark.parametrize("name", sorted(JUDGES))
@pytest.mark.parametrize("answer", [{}, {"x": 1}])
def test_what_is_no_answer_is_no_success(name: str, answer: Mapping[str, Any]) -> None:
    with pytest.raises(SendFailed):
        JUDGES[name](200, answer)


def test_aliyun_signature() -> None:
    vector = VECTORS["aliyun_sendsms"]
    headers = aliyun.signed_headers(
        vector["access_key_id"],
        vector["access_key_secret"],
        aliyun.HOST,
        vector["query"],
        NOW,
        "b7f0d2c0a1e94f5f8a1f2b3c4d5e6f70",
    )
    assert headers["authorization"] == vector["authorization"]


def test_tencent_signature() -> None:
    vector = VECTORS["tencent_tc3_sendsms"]
    signed = tencent.authorization(
        vector["secret_id"], vector["secret_key"], tencent.HOST, vector["body"].encode(), vector["timestamp"]
    )
    assert signed == vector["authorization"]


def test_robot_signatures() -> None:
    one, other = VECTORS["dingtalk_robot"], VECTORS["feishu_robot"]
    assert dingtalk.sign(one["secret"], one["timestamp_ms"]) == one["sign_base64"]
    assert feishu.sign(other["secret"], other["timestamp_s"]) == other["sign"]


async def sent(build: Callable[[httpx.AsyncClient], Any], answer: dict[str, Any]) -> tuple[httpx.Request, str | None]:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=answer)

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        provider_id = await build(http).send("effect-1", "13900001234", MESSAGE)
    return seen[0], provider_id


def at_now() -> datetime:
    return NOW


async def test_what_goes_over_the_wire() -> None:
    request, told = await sent(
        lambda http: aliyun.AliyunSms(http, "id", "key", "华暖", "SMS_1", at_now), {"Code": "OK", "BizId": "b"}
    )
    assert (request.url.params["OutId"], json.loads(request.url.params["TemplateParam"])["subject"], told) == (
        "effect-1",
        "红单预警",
        "b",
    )
    status = {"SendStatusSet": [{"PhoneNumber": NUMBER, "Code": "Ok", "SerialNo": "s"}]}
    request, told = await sent(
        lambda http: tencent.TencentSms(http, "id", "key", "app", "华暖", "1", at_now), {"Response": status}
    )
    assert (json.loads(request.content)["PhoneNumberSet"], told) == ([NUMBER], "s")
    request, _ = await sent(
        lambda http: dingtalk.DingtalkRobot(http, "https://d.example/send?access_token=t", "s", Pause(at_now), at_now),
        {"errcode": 0},
    )
    assert request.url.params["sign"] == dingtalk.sign("s", str(int(NOW.timestamp() * 1000)))
    assert "@13900001234" in json.loads(request.content)["markdown"]["text"]
    request, _ = await sent(
        lambda http: feishu.FeishuRobot(http, "https://f.example/hook", "s", Pause(at_now), at_now), {"code": 0}
    )
    assert json.loads(request.content)["sign"] == feishu.sign("s", str(int(NOW.timestamp())))
    request, _ = await sent(
        lambda http: wecom.WecomRobot(http, "https://w.example/send?key=k", Pause(at_now)), {"errcode": 0}
    )
    assert json.loads(request.content)["markdown"]["content"].startswith("### 红单预警")


async def test_who_says_too_fast_is_left_alone_by_everybody() -> None:
    now, calls = [NOW], []

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json={"errcode": 45009, "errmsg": "slow"} if len(calls) == 1 else {"errcode": 0})

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        robot = wecom.WecomRobot(http, "https://w.example/send?key=k", Pause(lambda: now[0]))
        for _ in range(2):
            with pytest.raises(SendFailed, match="rate_limited"):
                await robot.send("1", "", MESSAGE)
        assert len(calls) == 1
        now[0] += timedelta(seconds=61)
        assert await robot.send("1", "", MESSAGE) is None


@pytest.mark.parametrize("module", [wecom, dingtalk, feishu])
async def test_no_more_is_sent_to_a_robot_than_it_takes(module: Any) -> None:
    now, calls = [NOW], []
    pause = Pause(lambda: now[0], module.RATES)
    robot_of: Mapping[Any, Callable[[httpx.AsyncClient], Any]] = {
        wecom: lambda http: wecom.WecomRobot(http, "https://w.example/send?key=k", pause),
        dingtalk: lambda http: dingtalk.DingtalkRobot(http, "https://d.example/send", None, pause, at_now),
        feishu: lambda http: feishu.FeishuRobot(http, "https://f.example/hook", None, pause, at_now),
    }

    def handle(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(200, json={"errcode": 0, "code": 0})

    async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as http:
        robot = robot_of[module](http)
        most, window = module.RATES[-1]
        for _ in range(most):
            await robot.send("1", "", MESSAGE)
        with pytest.raises(SendFailed, match="rate_limited") as failed:
            await robot.send("1", "", MESSAGE)
        assert (len(calls), failed.value.final, failed.value.retry_after) == (most, False, window)
        now[0] += failed.value.retry_after
        await robot.send("1", "", MESSAGE)
        assert len(calls) == most + 1


@given(st.lists(st.integers(0, 3000), max_size=60), st.integers(1, 6), st.integers(1, 4))
def test_a_rate_holds_in_every_window(gaps: list[int], most: int, seconds: int) -> None:
    now, sent = [NOW], list[datetime]()
    rates = ((most, timedelta(seconds=seconds)), (most * 2, timedelta(seconds=seconds * 3)))
    pause = Pause(lambda: now[0], rates)
    for gap in gaps:
        now[0] += timedelta(milliseconds=gap)
        try:
            pause.check()
        except SendFailed as failed:
            now[0] += failed.retry_after
            pause.check()
        sent.append(now[0])
    for allowed, window in rates:
        assert all(sum(begin <= one < begin + window for one in sent) <= allowed for begin in sent)


def test_a_text_is_cut_between_characters() -> None:
    assert cut("缺料", 6) == "缺料"
    assert cut("缺料缺料缺料", 13) == "缺料缺…"
