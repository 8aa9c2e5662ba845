"""The play on real orders: a shop delivers, the factory understands, each role does its part until it is delivered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from cli.demo.consequences import Consequences
from cli.demo.courier import Courier, StepFailed, problem_of
from cli.demo.deliveries import Delivery, fresh_number
from cli.demo.papers import paper_file
from cli.demo.plan import next_action
from cli.screen import Screen
from domain.access.roles import ROLES
from domain.text import Text
from domain.workflow.document import Stage, Workflow
from domain.workflow.vocabulary import deliverable_label

# A worker that was killed leaves its work under a lease of a minute; whoever comes after takes it up when that ends.
_READING_SECONDS = 150.0
_LONG_SECONDS = 5.0
_LOOK_EVERY_SECONDS = 0.25
_ENDED = ("done", "cancelled")
_PAYLOADS: Mapping[str, Mapping[str, Any]] = {
    "completion_reported": {"scrap": "0"},
    "pass_inspection": {"defects": [], "shift": "day"},
    "dispatch": {"carrier": "德邦快递", "vehicle": "浙A3C905"},
    "depart": {"vehicle": "浙A3C905"},
    "sign_delivery": {"signed_by": "收货人本人"},
}


@dataclass(slots=True)
class Played:
    """What became of one order."""

    channel: str
    number: str
    order_no: str = ""
    stage: str = ""
    steps: int = 0
    effects: int = 0
    events: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Journey:
    """One run of the play. Calls bear keys that begin with `run`, so that a call sent twice is done once."""

    courier: Courier
    screen: Screen
    run: str
    names: dict[str, str] = field(default_factory=dict)

    def play(self, sample: Callable[[datetime, str | None], Delivery]) -> Played:
        """From the shop's delivery to the customer's signature. Raises StepFailed."""
        began = time.monotonic()
        delivery, item = self._arrive(sample)
        played = Played(delivery.channel, delivery.number, item["order_no"])
        self._tell_order(played)
        self._walk(played)
        verdict = self.courier.get("sales", f"orders/{played.order_no}/events/verify")
        if not verdict["holds"]:
            raise StepFailed(f"the history of {played.order_no} does not hold: {verdict['faults']}")
        played.events, played.seconds = verdict["events"], time.monotonic() - began
        return played

    def _arrive(self, sample: Callable[[datetime, str | None], Delivery]) -> tuple[Delivery, Mapping[str, Any]]:
        """Deliver the sample itself; where its order has been through all this before, a copy under a new number."""
        delivery = sample(datetime.now(UTC), None)
        self.screen.title(f"{delivery.channel} {delivery.number}")
        fresh, item = self._deliver(delivery)
        if fresh or not self._ended(item):
            return delivery, item
        self._note("这张样例订单早已走完", "this sample has been through it before", item["order_no"] or item["status"])
        delivery = sample(datetime.now(UTC), fresh_number(delivery.number, datetime.now(UTC)))
        self._note("换一个单号重新签名再投", "a copy under a new number, signed anew", delivery.number)
        return delivery, self._deliver(delivery)[1]

    def _ended(self, item: Mapping[str, Any]) -> bool:
        if item["order_no"] is None:
            return True
        return self.courier.get("sales", f"orders/{item['order_no']}")["category"] in _ENDED

    def _deliver(self, delivery: Delivery) -> tuple[bool, Mapping[str, Any]]:
        """Whether it was new, and the item once the factory has understood it."""
        path = f"/api/v1/hooks/{delivery.channel}"
        response = self.courier.send("POST", path, content=delivery.body, headers=dict(delivery.headers))
        if response.status_code not in (HTTPStatus.ACCEPTED, HTTPStatus.OK):
            problem = problem_of(response)
            told = f"{problem.get('code')}: {problem.get('detail')}" if problem else response.text[:300]
            raise StepFailed(f"POST hooks/{delivery.channel}: {response.status_code} {told}")
        accepted = response.json()
        fresh = response.status_code == HTTPStatus.ACCEPTED
        self.screen.fact(Text("签名投递", "signed delivery"), f"{response.status_code}, intake {accepted['id']}")
        return fresh, self._understood(accepted["id"], fresh)

    def _understood(self, intake_id: str, fresh: bool) -> Mapping[str, Any]:
        began, noted = time.monotonic(), False
        while True:
            item: Mapping[str, Any] = self.courier.get("sales", f"intake/{intake_id}")
            if item["status"] == "ordered" or (item["status"] != "kept" and not fresh):
                return item
            if item["status"] != "kept":
                raise StepFailed(f"intake {intake_id} is {item['status']}: {_why(item)}")
            waited = time.monotonic() - began
            if waited > _LONG_SECONDS and not noted:
                self._note("等后台任务读取来单", "waiting for the worker to read it", intake_id)
                noted = True
            if waited > _READING_SECONDS:
                raise StepFailed(
                    f"intake {intake_id} was not read within {_READING_SECONDS:.0f} s; is the worker there?"
                )
            time.sleep(_LOOK_EVERY_SECONDS)

    def _tell_order(self, played: Played) -> None:
        order = self.courier.get("sales", f"orders/{played.order_no}")
        customer = (order["customer"] or {}).get("name") or "-"
        gifts = sum(line["is_gift"] for line in order["lines"])
        told = Text(
            f"{customer}，{len(order['lines'])} 行（赠品 {gifts} 行）",
            f"{customer}, {len(order['lines'])} lines ({gifts} gifts)",
        )
        self.screen.fact(Text("生成订单", "became order"), played.order_no)
        self.screen.fact(Text("客户与内容", "customer, content"), self.screen.of(told))
        self.screen.fact(Text("金额", "amount"), f"{order['currency']} {order['total']}")

    def _walk(self, played: Played) -> None:
        consequences = Consequences(self.courier, self.screen, played.order_no)
        while True:
            order = self.courier.get("sales", f"orders/{played.order_no}")
            workflow = self._workflow(order["workflow"])
            stage = workflow.stage(order["stage"])
            if stage.final:
                break
            self._step(played, order, workflow, stage)
            played.effects += consequences.show(patiently=False)
        played.stage = self.screen.of(stage.label)
        played.effects += consequences.show(patiently=True)

    def _step(self, played: Played, order: Mapping[str, Any], workflow: Workflow, stage: Stage) -> None:
        """The next action of the shortest way to the end, by the first role that may."""
        if order["held"]:
            action, role, payload = "release_hold", "sales", {"reason": "demo"}
        else:
            end = next(one.key for one in workflow.stages if one.final)
            action, role, _ = next_action(workflow, stage.key, end)
            payload = dict(_PAYLOADS.get(action, {}))
            self._attach(order, stage, action)
        key = f"{self.run}:{played.order_no}:{order['version']}:{action}"
        body = {"action": action, "payload": payload}
        answer = self.courier.post(role, f"orders/{played.order_no}/actions", key, json=body)
        played.steps += 1
        label = workflow.action_label(action) or Text(action, action)
        move = f"{self.screen.of(stage.label)} -> {self.screen.of(answer['order']['stage_label'])}"
        self.screen.step(played.steps, self._who(role), self.screen.of(label), move)

    def _attach(self, order: Mapping[str, Any], stage: Stage, action: str) -> None:
        """The papers that the stage waits for, and the one that the customer signs."""
        wanted = [one.kind for one in stage.deliverables]
        if action == "sign_delivery":
            wanted.append("signed_delivery_note")
        for kind in dict.fromkeys(wanted):
            if order["deliverables"].get(kind):
                continue
            label = deliverable_label(kind)
            file = paper_file(kind, label.zh, order["order_no"], [line["name"] for line in order["lines"]])
            self.courier.post(
                stage.role,
                f"orders/{order['order_no']}/attachments",
                f"{self.run}:{order['order_no']}:paper:{kind}",
                data={"kind": kind},
                files={"file": (file.file_name, file.content, file.media_type)},
            )
            self.screen.under(
                f"{self.screen.of(label)}: {file.file_name} ({len(file.content)} bytes, {self._who(stage.role)})"
            )

    def _workflow(self, reference: str) -> Workflow:
        key, _, version = reference.partition("@")
        return Workflow.parse(self.courier.get("sales", f"workflows/{key}/versions/{version}"))

    def _who(self, role: str) -> str:
        if role not in self.names:
            self.names[role] = self.courier.get(role, "me")["name"]
        return f"{self.names[role]} ({self.screen.of(ROLES[role].label)})"

    def _note(self, zh: str, en: str, value: str) -> None:
        self.screen.note(f"{self.screen.of(Text(zh, en))}: {value}")


def _why(item: Mapping[str, Any]) -> str:
    reasons = ", ".join(item["review_reasons"])
    problem = item["problem"] or {}
    return " ".join(part for part in (reasons, str(problem.get("code") or "")) if part) or "no reason given"
