"""Order changes: revisions, approvals and acknowledgements."""

from __future__ import annotations

from domain.refusals.kinds import Nature, kind

# What cannot be asked for
CHANGE_EMPTY = kind(
    "change_empty",
    Nature.INVALID,
    "改单没有改动任何内容：订单已经是这样",
    "The change changes nothing: the order is like that already",
)
CHANGE_LEAVES_NOTHING = kind(
    "change_leaves_nothing",
    Nature.CONFLICT,
    "改后订单没有任何货物；如需取消整单，请用整单取消",
    "Nothing would be left of the order; ask for its cancellation instead",
)
CHANGE_TOO_LATE = kind(
    "change_too_late",
    Nature.CONFLICT,
    "订单在“{stage}”阶段，不能再改：{fields}",
    "The order is in '{stage}', where this can no longer be changed: {fields}",
)
QUANTITY_BELOW_SHIPPED = kind(
    "quantity_below_shipped",
    Nature.CONFLICT,
    "第 {line} 行已发 {shipped}，不能改到 {quantity}",
    "Line {line}: {shipped} have been shipped, it cannot be changed to {quantity}",
)
LINE_SHIPPED = kind(
    "line_shipped",
    Nature.CONFLICT,
    "第 {line} 行已有发货，不能改 {fields}",
    "Line {line} has been shipped in part, its {fields} cannot be changed",
)
TOTAL_BELOW_NOTHING = kind(
    "total_below_nothing", Nature.CONFLICT, "改后总额为负：{total}", "The total would be below nothing: {total}"
)

# What cannot be decided
CHANGE_DECIDED = kind(
    "change_decided",
    Nature.CONFLICT,
    "第 {change} 号改单已是“{state}”，不能再处理",
    "Change {change} is already '{state}'",
)
CHANGE_BASE_STALE = kind(
    "change_base_stale",
    Nature.CONFLICT,
    "订单已变（当前版本 {version}），改单的影响随之不同；请看 preview，确认后带 order_version 再批",
    "The order has changed meanwhile (now version {version}) and with it what the change means; look at the preview "
    "and approve again with order_version",
)
OWN_CHANGE = kind(
    "own_change",
    Nature.FORBIDDEN,
    "自己提的改单金额变动超过 {limit} {currency}，须由他人批准",
    "Your own change moves more than {limit} {currency}; somebody else must approve it",
)
CHANGE_NOT_JUDGEABLE = kind(
    "change_not_judgeable",
    Nature.FORBIDDEN,
    "改单涉及您无权查看的字段，不能由您批准：{names}",
    "The change is about fields that you may not see, so you cannot approve it: {names}",
)

# What the departments have not heard yet
NOTHING_TO_ACKNOWLEDGE = kind(
    "nothing_to_acknowledge",
    Nature.CONFLICT,
    "第 {change} 号改单无需确认（{state}）",
    "There is nothing to acknowledge of change {change} ({state})",
)
