"""The measures: what each is called, how its value is made of what counts, and in plain words what that is.

`better` says whether a higher or a lower value is the better one; None where neither is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from domain.text import Text

Key = Literal[
    "fulfilment_cycle",
    "on_time_share",
    "handover_waiting",
    "complaint_rate",
    "output_per_day",
    "qc_miss_rate",
    "first_response",
    "alerts_raised",
    "alerts_handled",
    "alerts_saved",
]
# The middle of the values; how many of all; the sum of the values by a number of days, people or orders; how many.
Kind = Literal["median", "share", "ratio", "count"]
Unit = Literal["days", "share", "hours", "per_100_orders", "pieces", "minutes", "alerts"]


@dataclass(frozen=True, slots=True)
class Measure:
    """`row` says what one row of its list is; `places` is how many decimals its value has."""

    key: Key
    label: Text
    definition: Text
    kind: Kind
    unit: Unit
    row: Text
    better: Literal["higher", "lower"] | None
    places: int = 0
    per_hundred: bool = False


_ALL = (
    Measure(
        "fulfilment_cycle",
        Text("履约周期", "Fulfilment cycle"),
        Text(
            "期内签收的订单，从签约日到签收日的自然日数；取中位数，另列八成订单不超过的天数。无签约日的按录入日。",
            "Calendar days from the signing date to the delivery, of orders delivered in the period: the median, and "
            "beside it what eight of ten orders stay within. Without a signing date the day of entry counts.",
        ),
        "median",
        "days",
        Text("签收的订单", "Delivered orders"),
        "lower",
    ),
    Measure(
        "on_time_share",
        Text("准时交付率", "On-time share"),
        Text(
            "承诺交期当日或之前签收的订单占比。按时签收的计入签收日；承诺日已过而未签收的，自承诺日起即计为不准时，"
            "拖着不交也不会好看。承诺日前取消的和没有承诺日的不计。",
            "Share of orders delivered on or before their promised date. On time counts on the day of delivery; an "
            "order whose date has passed is late on that date, delivered or not, so that not delivering never looks "
            "better. "
            "Orders cancelled before their date and orders without one do not count.",
        ),
        "share",
        "share",
        Text("交期已见分晓的订单", "Orders whose date is decided"),
        "higher",
        4,
    ),
    Measure(
        "handover_waiting",
        Text("跨部门等待（小时/人·天）", "Cross-department waiting, hours per person and day"),
        Text(
            "订单转到另一岗位后，到该岗位第一次处理为止的工作时间，按期内接手的交接合计，除以在系统中有动作的人·天。"
            "按工厂日历计时，挂起期间不计；取自订单历史，不靠问卷。",
            "Working time from an order's arrival at another role to the first thing that role does to it, summed over "
            "the handovers taken up in the period, by the person-days on which anybody acted. Counted by the factory's "
            "calendar, without time on hold; read from the orders' history, not asked in surveys.",
        ),
        "ratio",
        "hours",
        Text("接手的交接", "Handovers taken up"),
        "lower",
        2,
    ),
    Measure(
        "complaint_rate",
        Text("投诉率", "Complaint rate"),
        Text(
            "期内客户提出的投诉数，除以期内签收的订单数，以每百单计。",
            "Complaints that customers filed in the period, per hundred orders delivered in the period.",
        ),
        "ratio",
        "per_100_orders",
        Text("投诉", "Complaints"),
        "lower",
        2,
        per_hundred=True,
    ),
    Measure(
        "output_per_day",
        Text("日均产出", "Output per day"),
        Text(
            "末道工序报完的合格数合计，除以工厂日历的工作日（另计休息日中有产出的）。夜班计入班次开始那天。",
            "Good pieces through the last operation, by the days on which the factory works by its calendar, and any "
            "other day on which something was finished. A night shift counts on the day on which it began.",
        ),
        "ratio",
        "pieces",
        Text("完工报告", "Reports of finished pieces"),
        "higher",
        1,
    ),
    Measure(
        "qc_miss_rate",
        Text("质检漏检率", "QC miss rate"),
        Text(
            "期内判为合格、而后在再次合格之前被证实不良（复检、返工或客户退货）的检验，占全部合格检验的比例；按班次分列。",
            "Share of passed inspections whose goods proved bad (at a later inspection, by rework, or returned by the "
            "customer) before they were passed again; by shift.",
        ),
        "share",
        "share",
        Text("判为合格的检验", "Inspections that passed"),
        "lower",
        4,
    ),
    Measure(
        "first_response",
        Text("首次回复客户（分钟）", "First response to customers, minutes"),
        Text(
            "从客户开始等待到第一次对外回复的分钟数，取中位数；另列八成回复不超过的分钟数。计入回复当日，内部备注不算。",
            "Minutes from when a customer began to wait to the first answer: the median, and what eight of ten answers "
            "stay within. Counted on the day of the answer; internal notes are no answer.",
        ),
        "median",
        "minutes",
        Text("对客户的首次回复", "First answers to customers"),
        "lower",
    ),
    Measure(
        "alerts_raised",
        Text("预警发出", "Alerts raised"),
        Text("期内发出的预警数。", "Alerts raised in the period."),
        "count",
        "alerts",
        Text("预警", "Alerts"),
        None,
    ),
    Measure(
        "alerts_handled",
        Text("预警处理率", "Alerts handled"),
        Text(
            "期内发出的预警中，有人接手或处理的占比；自行解除而无人过问的不算处理。",
            "Share of the alerts raised in the period that a person took on or settled; what ended by itself with "
            "nobody acting was not handled.",
        ),
        "share",
        "share",
        Text("预警", "Alerts"),
        "higher",
        4,
    ),
    Measure(
        "alerts_saved",
        Text("预警挽回率", "Orders saved by alerts"),
        Text(
            "期内在承诺交期之前收到过延误类预警（不含收款与客户消息）的订单中，随后准时签收的占比；尚未见分晓的不计。",
            "Of the orders that were warned of a delay before their promised date (payments and messages warn of "
            "none), the share that was then delivered on time; orders not decided yet do not count.",
        ),
        "share",
        "share",
        Text("交期前被预警的订单", "Orders warned before their date"),
        "higher",
        4,
    ),
)
MEASURES: Mapping[str, Measure] = {measure.key: measure for measure in _ALL}
