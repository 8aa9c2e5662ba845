"""What a step caused: who was told over what, what was set aside, which tasks and work orders were made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from cli.demo.courier import Courier, StepFailed
from cli.screen import Screen
from domain.access.roles import ROLES
from domain.messages.templates import render
from domain.text import Text

# As long as one looks on before going on; at the end of an order as long as the lease of a worker that died, and more.
_GLANCE_SECONDS = 6.0
_PATIENCE_SECONDS = 150.0
_LOOK_EVERY_SECONDS = 0.2
_PAGE = 100

_CHANNELS = {
    "in_app": Text("站内消息", "in the app"),
    "email": Text("邮件", "mail"),
    "sms": Text("短信", "SMS"),
}
_INSIDE = {
    "create_work_orders": Text("已生成工单", "work orders made"),
    "reserve_material": Text("已预留物料", "material set aside"),
}


class Consequences:
    """The effects of one order, each told once."""

    def __init__(self, courier: Courier, screen: Screen, order_no: str) -> None:
        self._courier, self._screen, self._order_no = courier, screen, order_no
        self._told: set[str] = set()
        self._people: dict[str, str] = {}

    def show(self, *, patiently: bool) -> int:
        """Tell what has been carried out meanwhile; how many. Patiently: insists that all is. Raises StepFailed."""
        deadline = time.monotonic() + (_PATIENCE_SECONDS if patiently else _GLANCE_SECONDS)
        shown = 0
        while True:
            rows = self._rows()
            for row in rows:
                if row["state"] == "done" and row["id"] not in self._told:
                    self._told.add(row["id"])
                    shown += self._tell(row)
            open_rows = [row for row in rows if row["state"] in ("ready", "leased")]
            dead = [row for row in rows if row["state"] == "dead"]
            if dead:
                raise StepFailed(f"{dead[0]['kind']} over {dead[0]['channel']} failed for good: {dead[0]['problem']}")
            if not open_rows:
                return shown
            if time.monotonic() > deadline:
                return self._still_open(shown, len(open_rows), patiently)
            time.sleep(_LOOK_EVERY_SECONDS)

    def _still_open(self, shown: int, left: int, patiently: bool) -> int:
        if patiently:
            raise StepFailed(f"{left} effects of {self._order_no} were not carried out; is the worker there?")
        self._screen.under(self._screen.of(Text(f"还有 {left} 项正在发送", f"{left} more on their way")))
        return shown

    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self._courier.get("admin", "outbox", order_no=self._order_no, limit=_PAGE, **cursor)
            rows += page["items"]
            if not page["next_cursor"]:
                return rows
            cursor = {"cursor": page["next_cursor"]}

    def _tell(self, row: Mapping[str, Any]) -> int:
        """Print one; what was only spread to people is not told by itself."""
        screen = self._screen
        if row["kind"] in _INSIDE:
            screen.under(screen.of(_INSIDE[row["kind"]]))
        elif row["kind"] == "open_task":
            role = row["recipient"].partition(":")[2]
            label = screen.of(ROLES[role].label) if role in ROLES else role
            screen.under(f"{screen.of(Text('新任务', 'task for'))} {label}")
        elif row["channel"] in _CHANNELS:
            screen.under(self._message(row))
        else:
            return 0
        return 1

    def _message(self, row: Mapping[str, Any]) -> str:
        party, person_id, template = row["recipient"].split(":")
        channel = self._screen.of(_CHANNELS[row["channel"]])
        letter = self._letter(row["id"]) if row["channel"] != "in_app" else None
        if letter is not None:
            return f"{channel} {letter['to']}: {letter['subject']}"
        order = self._courier.get("admin", f"orders/{self._order_no}")
        facts = {"order_no": self._order_no, "stage": Text(**order["stage_label"])}
        who = self._person(person_id) if party == "person" else (order["customer"] or {}).get("name", party)
        return f"{channel} {who}: {render(template, self._screen.language, facts).subject}"

    def _person(self, person_id: str) -> str:
        if person_id not in self._people:
            self._people[person_id] = self._courier.get("admin", f"users/{person_id}")["name"]
        return self._people[person_id]

    def _letter(self, effect_id: str) -> Mapping[str, Any] | None:
        response = self._courier.send("GET", "/dev/mailbox", headers={"accept": "application/json"})
        letters = response.json()["items"] if response.is_success else []
        return next((letter for letter in letters if letter["id"] == effect_id), None)
