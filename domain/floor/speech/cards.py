"""Commands in words, to be shown and to be spoken: what is going to be done, or what still has to be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.floor.speech.catalogue import Catalogue
from domain.floor.speech.commands import NUMBERS, Command
from domain.text import Text

_TITLES: Mapping[str, Text] = {
    "issue_stock": Text("出库", "Issue"),
    "receive_stock": Text("入库", "Receive"),
    "transfer_stock": Text("移库", "Move"),
    "count_stock": Text("盘点", "Count"),
    "report_completion": Text("报工", "Report completion"),
    "start_operation": Text("开工", "Start"),
    "pause_operation": Text("暂停", "Pause"),
    "resume_operation": Text("恢复", "Resume"),
    "report_breakdown": Text("报修", "Report breakdown"),
    "report_shortage": Text("缺料", "Report shortage"),
    "qc_pass": Text("检验合格", "Inspection passed"),
    "qc_fail": Text("检验不合格", "Inspection failed"),
    "rework": Text("返工", "Rework"),
    "handover_operation": Text("转下道", "Hand over"),
    "load_vehicle": Text("装车", "Load"),
    "dispatch_vehicle": Text("发车", "Dispatch"),
    "report_arrival": Text("到达", "Arrived"),
    "confirm_delivery": Text("签收", "Delivered"),
    "add_note": Text("备注", "Note"),
    "query_stock": Text("查库存", "Look up stock"),
    "query_order": Text("查进度", "Look up order"),
    "undo_last": Text("撤销上一条", "Undo the last one"),
    "confirm": Text("确认", "Confirmed"),
    "cancel": Text("取消", "Cancelled"),
    "unknown": Text("没听懂，请再说一遍", "Not understood, please say it again"),
}
_LABELS: Mapping[str, Text] = {
    "sku": Text("物料", "article"),
    "quantity": Text("数量", "quantity"),
    "good_qty": Text("合格", "good"),
    "scrap_qty": Text("报废", "scrap"),
    "location": Text("库位", "place"),
    "from_location": Text("从", "from"),
    "to_location": Text("到", "to"),
    "operation": Text("工序", "operation"),
    "next_operation": Text("转到", "next operation"),
    "machine": Text("设备", "machine"),
    "symptom": Text("现象", "symptom"),
    "defect": Text("缺陷", "defect"),
    "order": Text("订单", "order"),
    "plate": Text("车牌", "plate"),
    "customer": Text("客户", "customer"),
    "due": Text("时间", "due"),
    "note": Text("内容", "text"),
}
_QUESTIONS: Mapping[str, Text] = {
    "action": Text("要做什么", "What is to be done"),
    "sku": Text("哪种物料", "Which article"),
    "quantity": Text("多少", "How many"),
    "good_qty": Text("合格多少", "How many good ones"),
    "scrap_qty": Text("报废多少", "How many scrapped"),
    "unit": Text("什么单位", "In which unit"),
    "operation": Text("哪道工序", "Which operation"),
    "next_operation": Text("转到哪道工序", "To which operation"),
    "machine": Text("哪台设备", "Which machine"),
    "defect": Text("什么缺陷", "Which defect"),
    "order": Text("哪个订单", "Which order"),
    "plate": Text("车牌号是多少", "Which plate"),
    "to_location": Text("移到哪里", "To where"),
    "from_location": Text("从哪里", "From where"),
    "location": Text("哪个库位", "Which place"),
    "customer": Text("哪个客户", "Which customer"),
    "symptom": Text("什么现象", "Which symptom"),
    "note": Text("备注什么", "What is the note"),
}
_ASKED_TO_CONFIRM = frozenset(_TITLES) - {"unknown", "confirm", "cancel", "query_stock", "query_order"}


@dataclass(frozen=True, slots=True)
class Card:
    """`title` and `lines` are shown, `spoken` is said. `question`: the first thing that still has to be said."""

    title: Text
    lines: tuple[tuple[Text, str], ...]
    spoken: Text
    question: Text | None
    choices: tuple[tuple[str, str], ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of the API."""
        return {
            "title": self.title.as_json(),
            "lines": [{"label": label.as_json(), "value": value} for label, value in self.lines],
            "spoken": self.spoken.as_json(),
            "question": self.question.as_json() if self.question else None,
            "choices": [{"value": value, "label": label} for value, label in self.choices],
        }


def card_of(command: Command, catalogue: Catalogue) -> Card:
    """The card of one command."""
    title = _TITLES[command["action"]]
    if command["action"] == "unknown" and command.get("needs"):
        title = Text("没听清要做什么", "What is to be done was not heard")
    lines = tuple(_lines(command, catalogue))
    question = _question(command)
    return Card(title, lines, _spoken(command, title, lines, question), question, _choices(command, catalogue))


def _lines(command: Command, catalogue: Catalogue) -> list[tuple[Text, str]]:
    lines = []
    for slot, label in _LABELS.items():
        if slot in command:
            lines.append((label, _value(slot, command, catalogue)))
    return lines


def _value(slot: str, command: Command, catalogue: Catalogue) -> str:
    value = command[slot]
    if slot == "sku":
        return f"{value} {_name(value, catalogue)}".strip()
    if slot in NUMBERS:
        return f"{value:g} {command['unit']}" if "unit" in command else f"{value:g}"
    return str(value).replace("T", " ") if slot == "due" else str(value)


def _name(code: str, catalogue: Catalogue) -> str:
    return next((sku.name for sku in catalogue.skus if sku.code == code), "")


def _question(command: Command) -> Text | None:
    asked = next(iter(command.get("needs", ())), None)
    if asked is None:
        return None
    found = _QUESTIONS.get(asked, Text("请再说一遍", "Please say it again"))
    return Text(f"{found.zh}？", f"{found.en}?")


def _spoken(command: Command, title: Text, lines: tuple[tuple[Text, str], ...], question: Text | None) -> Text:
    said_zh = "，".join([title.zh, *(f"{label.zh} {value}" for label, value in lines)])
    said_en = ", ".join([title.en, *(f"{label.en} {value}" for label, value in lines)])
    if question is not None:
        return Text(f"{said_zh}。{question.zh}", f"{said_en}. {question.en}")
    if command["action"] in _ASKED_TO_CONFIRM:
        return Text(f"{said_zh}，对吗？", f"{said_en}, right?")
    return Text(f"{said_zh}。", f"{said_en}.")


def _choices(command: Command, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """What to tap on where several fit."""
    codes = command.get("alternatives", {}).get("sku", ())
    return tuple((code, f"{code} {_name(code, catalogue)}".strip()) for code in codes)
