"""One request per operation that succeeds for whoever may send it. A new operation is added here.

`s` is the stock (tests/rights/stock.py): path parameters are found there by their names, other values by the names that
are written here. What a request changes is undone afterwards, so every example meets the same house.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.products.sheet import COLUMNS
from integrations.sheet.workbook import template_of
from tests.api.support import an_order
from tests.rights.asking import Example
from tests.support.files import pdf, picture
from tests.support.senders import sample, signed
from tests.support.workbooks import workbook

E = Example
Stock = Mapping[str, Any]
LABEL = {"zh": "试", "en": "Try"}
TAOBAO = "taobao/fullinfo_gift_in_buyer_message.json"
A_DAY = {"name": "早班", "starts": "06:00", "ends": "14:00"}


def examples(s: Stock) -> dict[str, Example | Sequence[Example]]:
    """By operation id; several where one does not show everything that there is."""
    return {
        **_orders(s),
        **_changes(s),
        **_floor(s),
        **_documents(s),
        **_people(s),
        **_intake(s),
        **_portal(s),
        **_integrators(s),
        **_warning(s),
        **_customers(s),
        **_month(s),
    }


def _orders(s: Stock) -> dict[str, Any]:
    running = {"order_no": s["running_no"]}
    return {
        "create_order": E(an_order()),
        "find_orders": [E(), E(query={"sort": "due", "q": "RAD"}), E(query={"risk": "short"})],
        "get_order": [E(), E(path=running), E(path={"order_no": s["foreign_no"]})],
        "patch_order": E({"lines": [{"line": 1, "technical": {"glass": "blue"}}]}, headers={"if-match": s["version"]}),
        "get_actions": [E(), E(path=running)],
        "act": E({"action": "hold", "payload": {"reason": "x"}}),
        "get_events": [E(), E(path=running)],
        "verify_events": E(),
        "get_custody": E(),
        "get_tasks": E(),
        "find_merchandisers": E(),
        "get_board": [E(), E(query={"workflow": "standard", "limit": "2"})],
        "add_attachment": E(data={"kind": "drawing"}, files={"file": ("new.pdf", pdf("new"))}),
        "get_attachments": E(),
        "get_attachment": E(),
        "release_attachment": E(path={"attachment_id": s["unreleased_id"]}),
        "withdraw_attachment": E(),
        "find_shortages": E(),
        "stream": E(),
        "find_conversations": E(),
        "get_messages": E(),
        "write_message": E({"id": str(UUID(int=79)), "text": "x"}),
        "read_messages": E({"through": 1}),
        "upload_message_file": E(files={"file": ("note.pdf", pdf("note"))}),
        "get_message_file": E(),
        "post_orders_import": E(files={"file": ("orders.xlsx", workbook([["R-1", "新客户", "", "", "x", 1, 1]]))}),
        "find_orders_imports": E(),
        "get_orders_template": E(),
        "get_orders_import": E(),
        "get_orders_import_workbook": E(),
        "export_orders_table": [E(query={"format": "csv"}), E()],
    }


def _changes(s: Stock) -> dict[str, Any]:
    patch = {"patch": {"lines": [{"line": 1, "technical": {"glass": "red"}}]}, "reason": "x"}
    running = {"order_no": s["running_no"]}
    return {
        "change_order": E(patch, path=running),
        "weigh_order_change": E({"patch": patch["patch"]}, path=running),
        "get_order_changes": E(path=running),
        "get_changes": E(),
        "get_change": [E(), E(path={"change_id": s["applied_id"]})],
        "approve_order_change": E({}),
        "reject_order_change": E({"reason": "x"}),
        "withdraw_order_change": E({"reason": "x"}),
        "confirm_order_change": E({"evidence": "phone"}, path={"change_id": s["confirmable_id"]}),
        "acknowledge_order_change": E({"role": "production"}, path={"change_id": s["applied_id"]}),
    }


def _floor(s: Stock) -> dict[str, Any]:
    report = {
        "id": str(UUID(int=77)), "v": 1, "seq": 1, "by": None, "kind": "start", "occurred_at": s["now"],
        "body": {"work_order": s["token"], "operation": "OP10", "revision": 1},
    }  # fmt: skip
    operation = {"code": "OP10", "name": LABEL, "work_centre": "锯", "minutes": "6"}
    return {
        "find_work_orders": E(),
        "get_work_order": [E(), E(path={"code": s["token"]})],
        "get_ticket": E(),
        "get_tickets": E(query={"number": s["code"]}),
        "get_work_centres": E(),
        "put_work_centre": E({"name": "锯"}, path={"code": "锯"}),
        "get_shifts": E(),
        "put_shift": E(A_DAY, path={"key": "early"}),
        "delete_shift": E(path={"key": "day"}),
        "get_reasons": E(),
        "put_reason": E({"name": "划伤"}, path={"kind": "defect", "code": "scratch"}),
        "get_devices": E(),
        "get_device": E(),
        "post_device": E({"name": "手机", "id": str(UUID(int=78))}),
        "post_device_person": E({}),
        "delete_device_person": E(),
        "post_device_revocation": E({"reason": "lost"}),
        "delete_device_revocation": E(),
        "post_photo": E(files={"file": ("a.jpg", picture("JPEG"))}),
        "get_photo": E(path={"sha256": s["photo_sha256"]}),
        "post_sync": E({"device_id": s["device_id"], "sent_at": s["now"], "reports": [report]}),
        "get_sync": E(query={"device_id": s["device_id"]}),
        "get_conflicts": E(),
        "get_conflict": E(),
        "resolve_conflict": E({"decision": "discard", "reason": "x"}),
        "get_reports": E(),
        "get_output": E(),
        "get_features": E(),
        "put_feature": E({"audience": "people", "people": [s["person_id"]]}, path={"feature": "beside_system"}),
        "find_orders_beside": E(),
        "post_export": E({}),
        "find_exports": [E(), E(query={"of": "everybody"})],
        "get_export": E(),
        "get_export_orders": E(),
        "get_export_file": E(),
        "post_export_return": E(files={"file": ("copy.xlsx", s["copy"])}),
        "get_export_return": E(),
        "confirm_export_return": E({"orders": [{"order_no": s["returned_no"]}]}),
        "get_kpis": E(query={"compare_from": "2026-01-01", "compare_to": "2026-01-31"}),
        "get_kpi_rows": [E(path={"key": "handover_waiting"}), E(path={"key": "alerts_raised"})],
        "export_kpis": E(query={"language": "en"}),
        "export_kpi_rows": E(path={"key": "on_time_share"}),
        "post_report": E({"kind": "note", "body": {"text": "x", "order_no": s["order_no"]}}),
        "post_work_report": E({"kind": "start", "body": {"operation": "OP10"}}),
        "put_routing": E({"operations": [operation], "reason": "x"}),
        "post_split": E({"quantity": "1"}),
        "get_lot_orders": E(path={"sku": "CU.T", "lot": "L1"}),
        "get_order_lots": E(),
        "parse_voice": E({"text": "出库50件A03型号"}),
        "find_products": E(),
        "get_product": E(),
        "get_product_versions": E(),
        "get_product_version": E(path={"version": 1}),
        "get_product_draft": E(),
        "put_product_draft": E({"operations": [operation]}),
        "delete_product_draft": E(),
        "publish_product_draft": E(),
        "post_drawing": E(files={"file": ("plan.pdf", pdf("drawing"))}),
        "get_drawing": E(),
        "get_products_template": E(),
        "post_products_import": E(files={"file": ("products.xlsx", template_of(COLUMNS))}),
        "find_materials": E(),
        "get_material": E(path={"sku": "CU.T"}),
        "find_substitutes": [E(path={"sku": "CU.T"}), E(path={"sku": "CU.T"}, query={"order_no": s["order_no"]})],
        "take_substitute": E({"material": "CU.T", "substitute": "AL.T"}, path={"order_no": s["running_no"]}),
        "push_levels": E({"levels": [{"material": "CU.T", "on_hand": "5"}]}),
        "find_sources": E(),
    }


def _documents(s: Stock) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind, key in (("workflow", "standard"), ("order_type", "export"), ("form", "inspect")):
        at = {"key": key}
        found |= {
            f"list_{kind}s": E(),
            f"list_{kind}_versions": E(path=at),
            f"get_{kind}_version": [E(path={**at, "n": 1}), E(path={**at, "n": 2})],
            f"get_{kind}_draft": E(path=at),
            f"put_{kind}_draft": E(s[f"{kind}_body"], path=at),
            f"delete_{kind}_draft": E(path=at),
            f"validate_{kind}_draft": E(path=at),
            f"publish_{kind}_draft": E(path=at),
        }
    at = {"key": "taobao"}
    return {
        **found,
        "get_effect_choices": E(),
        "rehearse_workflow_draft": E({"orders": 50}, path={"key": "standard"}),
        "list_intake_templates": E(),
        "list_intake_template_versions": E(path=at),
        "get_intake_template_version": E(path={**at, "n": 1}),
        "get_intake_template_draft": E(path=at),
        "put_intake_template_draft": E(s["intake_template_body"], path=at),
        "delete_intake_template_draft": E(path=at),
        "validate_intake_template_draft": E(path=at),
        "publish_intake_template_draft": E(path=at),
        "try_draft": E(path={"channel": "taobao"}),
        "move_running_orders": E({"dry_run": False}, path={"key": "standard", "n": 2}),
    }


def _people(s: Stock) -> dict[str, Any]:
    person = {"login": "new.one", "name": "新", "password": "a-long-enough-password", "roles": ["driver"]}
    role = {"key": "helper", "label": LABEL, "based_on": "driver", "rights": ["orders.read"]}
    return {
        "sign_in": E(data={"username": "driver", "password": "throughline-demo"}),
        "refresh": E({"refresh_token": s["refresh_token"]}),
        "logout": E({"refresh_token": s["refresh_token"]}),
        "me": E(),
        "sessions": E(),
        "revoke_session": E(),
        "end_other": E(),
        "change_password": E({"password": "throughline-demo", "new_password": "a-longer-pass-phrase-7"}),
        "get_second_factor": E(),
        "begin": E({"password": "throughline-demo"}),
        "confirm": E({"code": s["totp"]}),
        "renew": E({"code": s["totp"]}),
        "remove": E({"code": s["totp"]}),
        "get_sessions_of": E(),
        "end_sessions": E(),
        "end_session_of": E(path={"session_id": s["victim_session_id"]}),
        "delete_second_factor": E(),
        "give_badge": E(),
        "get_badge": E(),
        "delete_badge": E(),
        "print_badges": E(query={"user": s["user_id"]}),
        "scan_badge": E({"badge": s["badge"]}),
        "get_my_absence": E(),
        "set_my_absence": E({}),
        "set_absence_of_user": E({}),
        "list_users": E(),
        "add_user": E(person),
        "get_user": E(),
        "change_user": E({"name": "另"}),
        "get_roles": E(),
        "get_role": E(path={"key": s["role_key"]}),
        "get_rights": E(),
        "post_role": E(role),
        "patch_role": E({"rights": ["orders.read"]}, path={"key": s["role_key"]}, headers={"if-match": '"1"'}),
        "delete_role": E(path={"key": s["role_key"]}, headers={"if-match": '"1"'}),
        "find_customers": [E(), E(query={"q": "139"})],
        "match_told": E({"name": "新客户"}),
        "get_customer": E(),
        "merge": E({"customer_id": s["alike_id"], "reason": "x"}),
        "undo_customer_merge": E(),
        "say_apart": E(path={"other_id": s["alike_id"]}),
        "take_apart_back": E(path={"other_id": s["alike_id"]}),
        "find_contacts": E(),
        "get_contact": E(),
        "invite": E({"email": "new@example.com", "name": "New", "order_no": s["order_no"]}),
        "patch_contact": E({"name": "Other"}),
        "shut_out": E(),
        "speak_no_more": E(),
        "find_notices": E(),
        "tick_off": E(),
        "put_back": E(),
        "tick_all_off": E({"through": s["notice_id"]}),
        "put_all_back": E({"read_at": s["now"]}),
        "find_effects": E(),
        "retry": E(),
        "drop": E({"reason": "x"}),
    }


def _intake(s: Stock) -> dict[str, Any]:
    body = sample(TAOBAO)
    return {
        "deliver": E(
            content=body, path={"channel": "taobao"}, headers=signed("taobao", body, "m-1", datetime.now(UTC))
        ),
        "find_channels": E(),
        "create_channel": E({"key": "medusa", "name": "Medusa"}),
        "replace_channel_secret": E({}, path={"channel": "fair"}),
        "remove_channel": E(path={"channel": "fair"}),
        "get_overview": E(),
        "find_polls": E(),
        "ask_now": E(),
        "find_items": E(),
        "get_item": E(),
        "try_item": E({"channel": "taobao", "body_base64": base64.b64encode(body).decode()}),
        "approve": E({}),
        "correct": E({"meaning": s["corrected_meaning"]}),
        "get_approval_rule": E(),
        "put_approval_rule": E({"limits": {"CNY": "50000"}}),
        "reject": E({"reason": "x"}),
        "reopen": E(path={"intake_id": s["rejected_id"]}),
        "reparse": E(),
    }


def _portal(s: Stock) -> dict[str, Any]:
    return {
        "request_login_code": E({"email": "nobody@example.com"}),
        "sign_in_by_code": E({"email": s["code_email"], "code": s["code_mailed"]}),
        "sign_out_of_portal": E({}, headers=s["eleanor"]),
        "portal_me": E(),
        "change_portal_me": E({"name": "E."}),
        "find_own_orders": E(),
        "get_own_order": [E(), E(path={"order_no": s["running_no"]})],
        "get_own_paper": E(path={"paper_id": s["attachment_id"]}),
        "get_own_messages": E(),
        "write_own_message": E({"id": str(UUID(int=80)), "text": "x"}),
        "read_own_messages": E({"through": 1}),
        "upload_own_file": E(files={"file": ("note.pdf", pdf("own"))}),
        "get_own_file": E(),
        "get_own_changes": E(path={"order_no": s["confirmable_no"]}),
        "confirm_own_change": E(path={"order_no": s["confirmable_no"], "number": 1}),
        "decline_own_change": E({"reason": "x"}, path={"order_no": s["confirmable_no"], "number": 1}),
        "portal_stream": E(),
    }


def _integrators(s: Stock) -> dict[str, Any]:
    return {
        "find_keys": E(),
        "get_key": E(),
        "create_key": E({"name": "ERP", "scopes": ["orders.read"]}),
        "replace_secret": E({}),
        "end_key": E(),
        "find_endpoints": E(),
        "create_endpoint": E({"name": "ERP", "url": "https://hooks.example.com/in", "types": ["order.opened"]}),
        "get_endpoint": E(),
        "patch_endpoint": E({"name": "WMS"}),
        "remove_endpoint": E(),
        "find_deliveries": E(),
        "get_delivery": E(),
        "replay_one": E(),
        "pause": E(),
        "resume": E(),
        "replay_endpoint": E({"since": "2026-11-01T00:00:00Z", "until": s["now"]}),
        "replace_endpoint_secret": E({}),
        "ping_endpoint": E(),
    }


def _warning(s: Stock) -> dict[str, Any]:
    at = {"key": s["rule_key"]}
    return {
        "find_rules": E(),
        "get_rule": E(path=at),
        "put_rule": E(s["rule_body"], path=at),
        "try_it": E(s["rule_body"], path=at),
        "find_alerts": E(),
        "find_idle_orders": E(),
        "find_likely_late": E(),
        "get_calibration": E(),
        "get_alert": E(),
        "acknowledge": E({"note": "x"}),
        "resolve": E({"note": "x"}),
        "get_calendar": E(),
        "put_calendar": E(s["calendar_body"]),
        "get_levels_template": E(),
        "post_levels_import": E(files={"file": ("levels.csv", b"material,on_hand\nCU.T,10\n")}),
        "pull_now": E(),
        "find_systems": E(),
        "try_system": E(path={"source": "kingdee"}),
        "find_reports": E(),
        "make_reports": E(),
        "get_report": E(path={"source": "kingdee", "day": "2026-11-24"}),
    }


def _customers(s: Stock) -> dict[str, Any]:
    complaint = {"category": "damage", "id": str(UUID(int=83)), "text": "scratched"}
    return {
        "find_complaints": E(),
        "get_complaint": E(),
        "act_on_complaint": E({"action": "note", "text": "x"}),
        "find_own_complaints": E(),
        "complain": E(complaint),
        "get_own_complaint": E(),
        "follow_up": E({"action": "add", "text": "x"}),
        "get_own_survey": E(),
        "answer_own_survey": E({"score": 9}),
        "find_surveys": E(),
    }


def _month(s: Stock) -> dict[str, Any]:
    month = {"from": "2026-11-01", "to": "2026-11-30"}
    entry = {
        "amount": "360.00", "booked_date": "2026-11-24", "document_no": "D1", "external_id": "E1", "kind": "invoice",
        "order_no": s["order_no"],
    }  # fmt: skip
    return {
        "post_entries": E({"source": "erp", "entries": [entry]}),
        "get_reconciliation": E(query=month),
        "export_reconciliation": E(query=month),
        "methods": E(),
        "begin_sso": E(),
        "end_sso": E(),
        "get_links": E(),
        "add_link": E({"subject": "sub-1"}),
        "drop_links": E(),
    }
