"""The words that workflow documents may use, each with its name for people: actions, papers, categories, channels."""

from __future__ import annotations

from collections.abc import Mapping

from domain.access.roles import ROLES
from domain.text import Text

CATEGORIES: Mapping[str, Text] = {
    "not_started": Text("未开工", "Not started"),
    "in_production": Text("生产中", "In production"),
    "quality": Text("质检", "Quality"),
    "shipping": Text("发运", "Shipping"),
    "done": Text("已完成", "Done"),
    "cancelled": Text("已取消", "Cancelled"),
}
CHANNELS: Mapping[str, Text] = {
    "in_app": Text("应用内", "In the app"),
    "email": Text("邮件", "E-mail"),
    "sms": Text("短信", "SMS"),
    "wecom": Text("企业微信", "WeCom"),
    "dingtalk": Text("钉钉", "DingTalk"),
    "feishu": Text("飞书", "Feishu"),
}
PARTIES: Mapping[str, Text] = {
    "merchandiser": Text("跟单员", "Merchandiser"),
    "customer": Text("客户", "Customer"),
}
EFFECTS: Mapping[str, Text] = {
    "notify": Text("通知", "Notify"),
    "open_task": Text("开一个待办", "Open a task"),
    "create_work_orders": Text("下达工单", "Create work orders"),
    "reserve_material": Text("请求预留物料", "Request a reservation of material"),
    "ship_remaining": Text("其余数量随之发出", "Ship what remains"),
}
# Positions that the product's own alert rules speak of; a factory adds its own by giving them to people.
POSITIONS: Mapping[str, Text] = {
    "production_manager": Text("生产经理", "Production manager"),
    "vice_president": Text("副总", "Vice president"),
}

DELIVERABLE_KINDS: Mapping[str, Text] = {
    "requirement_sheet": Text("需求单", "Requirement sheet"),
    "measurement_sheet": Text("量尺单", "Measurement sheet"),
    "rendering_3d": Text("3D效果图", "3D rendering"),
    "drawing": Text("图纸", "Drawing"),
    "quotation": Text("报价单", "Quotation"),
    "signed_quotation": Text("已签报价单", "Signed quotation"),
    "contract": Text("合同", "Contract"),
    "purchase_list": Text("采购清单", "Purchase list"),
    "cutting_list": Text("开料清单", "Cutting list"),
    "packing_list": Text("装箱单", "Packing list"),
    "packing_photo": Text("包装照片", "Packing photo"),
    "inspection_report": Text("质检报告", "Inspection report"),
    "customs_papers": Text("报关单据", "Customs papers"),
    "delivery_photo": Text("送货照片", "Delivery photo"),
    "signed_delivery_note": Text("签收单", "Signed delivery note"),
}

_ACTIONS: Mapping[str, Text] = {
    "submit_review": Text("提交评审", "Submit for review"),
    "approve_review": Text("评审通过", "Approve review"),
    "reject_review": Text("评审退回", "Send back from review"),
    "start_production": Text("开工", "Start production"),
    "completion_reported": Text("报完工", "Report completion"),
    "pass_inspection": Text("质检合格", "Pass inspection"),
    "fail_inspection": Text("质检不合格", "Fail inspection"),
    "dispatch": Text("发货", "Dispatch"),
    "depart": Text("发车", "Depart"),
    "sign_delivery": Text("签收", "Sign for delivery"),
    "accept_enquiry": Text("接单", "Accept enquiry"),
    "approve_design": Text("方案确认", "Approve design"),
    "sign_quotation": Text("签报价", "Sign quotation"),
    "materials_arrived": Text("材料到齐", "Materials arrived"),
    "cancel": Text("取消订单", "Cancel order"),
    "hold": Text("暂停", "Put on hold"),
    "release_hold": Text("解除暂停", "Release hold"),
    "split": Text("拆单", "Split order"),
    "ship_part": Text("部分发货", "Ship a part"),
    "receive_return": Text("收退货", "Receive return"),
    "open_rework": Text("开返工", "Open rework"),
}


def action_label(action: str) -> Text:
    """The action's name for people; one that the trade does not know yet is shown by its key."""
    return _ACTIONS.get(action) or Text(action, action.replace("_", " ").capitalize())


def deliverable_label(kind: str) -> Text:
    """The paper's name for people, or its key."""
    return DELIVERABLE_KINDS.get(kind) or Text(kind, kind)


def role_label(role: str) -> Text:
    """The role's name for people; a role that a factory added is shown by its key."""
    return ROLES[role].label if role in ROLES else Text(role, role)


def listed(texts: list[Text]) -> dict[str, str]:
    """Several names in a row, as data that the words of a refusal take in either language."""
    return {"zh": "、".join(text.zh for text in texts), "en": ", ".join(text.en for text in texts)}
