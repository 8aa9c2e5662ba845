"""What each right is called where people give it to roles."""

from __future__ import annotations

from collections.abc import Mapping

from domain.text import Text

RIGHT_LABELS: Mapping[str, Text] = {
    "orders.read": Text("查看订单", "See orders"),
    "orders.open": Text("新建订单", "Open orders"),
    "orders.edit": Text("编辑未开工的订单", "Edit orders that have not started"),
    "orders.change": Text("提出改单", "Ask for order changes"),
    "orders.approve_change": Text("审批改单", "Approve order changes"),
    "floor.report": Text("车间报工", "Report from the floor"),
    "floor.inspect": Text("质检", "Inspect"),
    "floor.plan": Text("排产与派工", "Plan work orders"),
    "shipping.load": Text("装车发货", "Load and dispatch"),
    "shipping.deliver": Text("送货签收", "Deliver and take signatures"),
    "intake.read": Text("查看来单", "See what comes in"),
    "intake.write": Text("推送来单", "Send orders in"),
    "intake.review": Text("复核来单", "Review what comes in"),
    "warning.read": Text("查看预警", "See warnings"),
    "warning.act": Text("处理预警", "Act on warnings"),
    "warning.rules": Text("设置预警规则", "Set rules of warnings"),
    "portal.answer": Text("回复客户", "Answer customers"),
    "workflows.edit": Text("编辑流程与表单", "Edit workflows and forms"),
    "workflows.publish": Text("发布流程与表单", "Publish workflows and forms"),
    "people.read": Text("查看人员", "See the staff"),
    "people.edit": Text("管理人员与岗位", "Manage the staff and roles"),
    "integrations.edit": Text("管理密钥与推送", "Manage keys of other systems and what they are told"),
    "kpis.read": Text("查看指标", "See measures"),
    "stock.write": Text("更新库存", "Keep stock"),
    "ledger.write": Text("登记发票与收款", "Enter invoices and payments"),
    "exports.own": Text("导出本人数据", "Export one's own data"),
    "admin.all": Text("全部权限", "Everything"),
}
