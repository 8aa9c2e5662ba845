"""One example of each JSON body, by operation: as somebody would really send it, so that it can be copied and tried.

Documents of the factory (workflows, forms, rules ...) are shown by those that come with the product.
"""

from __future__ import annotations

from typing import Any

from domain.intake.templates import built_in_document
from domain.orders.types import builtin_order_types
from domain.warning.builtin import builtin_calendar, builtin_rules
from domain.workflow.builtin import builtin_forms, builtin_workflows

_ID = "0198c0de-7000-7000-8000-000000000001"
_OTHER_ID = "0198c0de-7000-7000-8000-000000000002"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_AT = "2026-11-24T08:00:00Z"
_PASSWORD = "a-long-pass-phrase-7"  # noqa: S105 - shown as an example
_REASON = {"reason": "客户改了主意"}
_LINES = [
    {"name": "铜铝复合散热器", "sku": "RAD-CU6012-W", "quantity": "2", "unit": "组", "unit_price": "180.00"},
]
_PATCH = {"lines": [{"line": 1, "quantity": "3", "technical": {"colour": "RAL9016"}}], "promised_date": "2026-12-20"}
_OPERATIONS = [
    {"code": "OP10", "name": {"zh": "下料", "en": "Cutting"}, "work_centre": "SAW", "minutes": "6.5"},
    {"code": "OP20", "name": {"zh": "焊接", "en": "Welding"}, "work_centre": "WELD", "minutes": "12"},
]
_DONE = {"operation": "OP10", "revision": 1, "good": "28", "scrap": "2"}
_SCRAPPED = [{"code": "scratch", "quantity": "2"}]

_ORDERS: dict[str, Any] = {
    "create_order": {
        "order_type": "standard",
        "channel": "crm",
        "external_id": "XS20261124-0051",
        "customer": {"name": "李女士", "phone": "13900001111"},
        "currency": "CNY",
        "lines": _LINES,
        "discounts": [{"label": "老客户优惠", "amount": "20.00"}],
        "shipping": "15.00",
        "total": "355.00",
        "promised_date": "2026-12-15",
        "notes": {"buyer": "送货前请电话联系"},
    },
    "patch_order": {"promised_date": "2026-12-18", "priority": 3, "lines": [{"line": 1, "quantity": "3"}]},
    "act": {"action": "approve_review", "payload": {"note": "图纸已核对"}},
    "change_order": {"patch": _PATCH, "reason": "客户加订一组", "asked_by": "customer"},
    "weigh_order_change": {"patch": _PATCH},
    "approve_order_change": {"reason": "产能够"},
    "reject_order_change": {"reason": "已经开工"},
    "withdraw_order_change": _REASON,
    "confirm_order_change": {"evidence": "电话确认，11 月 24 日 10:15"},
    "acknowledge_order_change": {"role": "production"},
    "write_message": {"id": _ID, "text": "您的散热器明天上午发货。"},
    "read_messages": {"through": 12},
    "tick_all_off": {"through": _ID},
    "put_all_back": {"read_at": "2026-11-24T02:00:00Z"},
    "take_substitute": {"material": "CU.T.1608", "substitute": "CU.T.1610", "reason": "1608 缺货"},
    "act_on_complaint": {"action": "answer", "text": "已安排补发，三天内到。"},
    "match_told": {"name": "李女士", "phone": "13900001111"},
    "merge": {"customer_id": _OTHER_ID, "reason": "同一家公司登记了两次"},
    "invite": {"email": "lan@example.com", "name": "兰经理", "order_no": "SO100001", "language": "zh"},
    "patch_contact": {"name": "兰总"},
    "post_export": {"language": "zh"},
    "confirm_export_return": {"orders": [{"order_no": "SO100001"}]},
    "post_entries": {
        "source": "kingdee",
        "entries": [
            {
                "external_id": "AR-2026-11-0042",
                "kind": "invoice",
                "order_no": "SO100001",
                "document_no": "发票 03211234",
                "amount": "355.00",
                "currency": "CNY",
                "booked_date": "2026-11-30",
            }
        ],
    },
}
_FLOOR: dict[str, Any] = {
    "post_report": {"kind": "issue_stock", "body": {"sku": "A03", "quantity": "50", "order_no": "SO100001"}},
    "post_work_report": {"kind": "complete", "body": {**_DONE, "scrap_reasons": _SCRAPPED}},
    "post_sync": {
        "device_id": _ID,
        "sent_at": _AT,
        "reports": [
            {
                "id": _OTHER_ID,
                "v": 1,
                "seq": 1,
                "by": None,
                "kind": "complete",
                "occurred_at": "2026-11-24T07:58:12Z",
                "body": {"work_order": "WO100001", **_DONE, "scrap_reasons": _SCRAPPED},
            }
        ],
    },
    "resolve_conflict": {"decision": "discard", "reason": "同一件报了两次"},
    "put_routing": {"operations": _OPERATIONS, "reason": "激光机停机，改用锯床"},
    "post_split": {"quantity": "12", "reason": "第二班接着做"},
    "put_reason": {"name": "划伤", "name_en": "Scratch", "place": 1},
    "put_work_centre": {"name": "焊接", "name_en": "Welding"},
    "put_shift": {"name": "早班", "name_en": "Early", "starts": "06:00", "ends": "14:00"},
    "post_device": {"name": "装配线 2 号手机", "kind": "phone"},
    "post_device_person": {"person_id": _ID},
    "post_device_revocation": {"reason": "手机丢失"},
    "scan_badge": {"badge": "0123456789012345678901234567890123456789"},
    "parse_voice": {"text": "出库50件A03型号"},
    "put_product_draft": {
        "operations": _OPERATIONS,
        "bill": [{"material": "CU.T.1608", "quantity": "6.2"}],
        "quality": [{"code": "Q1", "name": {"zh": "试压", "en": "Pressure test"}, "limit": "1.5 MPa"}],
        "drawings": [{"name": "总图", "sha256": _SHA256}],
    },
    "push_levels": {
        "source": "warehouse",
        "as_of": _AT,
        "levels": [
            {"material": "CU.T.1608", "name": "铜管 16×0.8", "unit": "m", "on_hand": "420", "safety_level": "200"}
        ],
    },
}
_DOCUMENTS: dict[str, Any] = {
    "put_workflow_draft": next(one for one in builtin_workflows() if one["key"] == "simple"),
    "put_form_draft": next(one for one in builtin_forms() if one["key"] == "approve_review"),
    "put_order_type_draft": next(one for one in builtin_order_types() if one["key"] == "standard"),
    "put_intake_template_draft": built_in_document("crm"),
    "put_rule": builtin_rules()[0],
    "try_it": builtin_rules()[0],
    "put_calendar": builtin_calendar(),
    "rehearse_workflow_draft": {"orders": 200},
    "move_running_orders": {"stage_mapping": {"in_review": "to_review"}, "dry_run": True},
    "put_approval_rule": {"limits": {"CNY": "50000.00"}, "otherwise": "8000.00"},
    "put_feature": {"audience": "people", "people": [_ID]},
}
_INTAKE: dict[str, Any] = {
    "try_item": {"channel": "crm", "content_type": "application/json", "body_base64": "eyJvcmRlcl9ubyI6IlhTMSJ9"},
    "approve": {"new_customer": True},
    "correct": {
        "meaning": {
            "action": "create",
            "external_id": "XS20261124-0051",
            "order_type": "standard",
            "currency": "CNY",
            "customer": {"name": "李女士", "phone": "13900001111"},
            "lines": _LINES,
            "total": "360.00",
        }
    },
    "reject": {"reason": "测试单"},
    "create_channel": {"key": "medusa", "name": "Medusa 商城"},
    "replace_channel_secret": {"overlap_hours": 24},
    "acknowledge": {"note": "正在催供应商"},
    "resolve": {"note": "材料已到"},
    "drop": {"reason": "地址已停用"},
}
_HOUSE: dict[str, Any] = {
    "create_key": {
        "name": "ERP",
        "scopes": ["orders.read", "orders.open"],
        "roles": ["sales"],
        "field_roles": ["sales"],
        "expires_at": "2027-11-24T00:00:00Z",
    },
    "replace_secret": {"overlap_hours": 24},
    "create_endpoint": {
        "name": "CRM",
        "url": "https://crm.example.com/hooks/throughline",
        "types": ["order.opened", "order.stage_changed", "order.delivered"],
        "field_roles": [],
    },
    "patch_endpoint": {"types": ["order.delivered"]},
    "replace_endpoint_secret": {"overlap_hours": 24},
    "replay_endpoint": {"since": "2026-11-23T00:00:00Z", "until": _AT},
    "refresh": {"refresh_token": "tlr_…"},
    "logout": {"refresh_token": "tlr_…"},
    "change_password": {"password": "the-pass-phrase-so-far", "new_password": _PASSWORD},
    "begin": {"password": _PASSWORD},
    "confirm": {"code": "492039"},
    "renew": {"code": "492039"},
    "remove": {"code": "492039"},
    "add_user": {
        "login": "li.wei",
        "name": "李伟",
        "password": _PASSWORD,
        "roles": ["production"],
        "positions": ["production_manager"],
        "department": "一车间",
        "language": "zh",
    },
    "change_user": {"roles": ["production", "quality"], "department": "一车间"},
    "set_my_absence": {"away_until": "2026-12-01T00:00:00Z", "deputy_id": _ID},
    "set_absence_of_user": {"away_until": "2026-12-01T00:00:00Z", "deputy_id": _ID},
    "add_link": {"subject": "248289761001"},
    "post_role": {
        "key": "foreman",
        "label": {"zh": "班组长", "en": "Foreman"},
        "based_on": "production",
        "rights": ["orders.read", "floor.report", "floor.plan"],
    },
    "patch_role": {"rights": ["orders.read", "floor.report"]},
}
_PORTAL: dict[str, Any] = {
    "request_login_code": {"email": "lan@example.com"},
    "sign_in_by_code": {"email": "lan@example.com", "code": "12345678"},
    "sign_out_of_portal": {"everywhere": True},
    "change_portal_me": {"language": "en"},
    "write_own_message": {"id": _ID, "text": "能提前两天送到吗？"},
    "read_own_messages": {"through": 12},
    "decline_own_change": {"reason": "颜色不对"},
    "complain": {"id": _ID, "category": "damage", "text": "外箱破损，一组漆面划伤。"},
    "follow_up": {"action": "add", "text": "补拍了照片。"},
    "answer_own_survey": {"score": 9, "comment": "送货准时"},
}
EXAMPLES: dict[str, Any] = {**_ORDERS, **_FLOOR, **_DOCUMENTS, **_INTAKE, **_HOUSE, **_PORTAL}


def add_examples(document: dict[str, Any]) -> None:
    """Give every JSON body of the document its example."""
    for item in document["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None and operation["operationId"] in EXAMPLES:
                content["example"] = EXAMPLES[operation["operationId"]]
