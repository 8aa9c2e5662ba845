"""Loaded by schemathesis: which refusals of well-formed requests are right, because no JSON schema can say them."""

from __future__ import annotations

import re
from typing import Any

import schemathesis

# By code, with the rule that the schema of the operation cannot express.
RULES = {
    "amount_too_large": "a quantity times a price has to fit the column",
    "payload_incomplete": "what a payload must hold is said by its channel's template",
    "payload_not_understood": "what a payload must hold is said by its channel's template",
    "payload_unreadable": "what a channel sends is its own affair, and any text may stand in base64",
    "template_unknown": "there are as many templates as documents",
    "amounts_do_not_add_up": "the total is the sum of the lines",
    "cursor_invalid": "cursors are signed",
    "exports_too_many": "how many exports a day has seen is known here alone",
    "export_not_ready": "how far an export has come is known here alone",
    "file_type_unsupported": "which files are taken is said by their names and bytes",
    "field_not_readable": "what may be sorted by depends on the reader",
    "field_unknown": "the order type says which extra fields there are",
    "idempotency_key_reused": "which keys have been used is known here alone",
    "if_match_required": "`*` names no version",
    "key_mismatch": "the key in the address is the key in the document",
    "payload_invalid": "the form belongs to the action and the stage",
    "quantity_exceeded": "no more leaves than is there",
    "nothing_to_ship": "no more leaves than is there",
    "split_invalid": "both orders need something",
    "order_type_unknown": "there are as many order types as documents",
    "change_empty": "whether a change changes anything depends on the order",
    "calendar_invalid": "spans of a calendar must not overlap, and somebody must work",
    "document_invalid": "a document's own rules are more than its shape",
    "rule_invalid": "an alert rule speaks of facts and people that there are",
    "template_invalid": "a template's own rules are more than its shape",
    "workflow_invalid": "a workflow's own rules are more than its shape",
    "form_invalid": "a form's own rules are more than its shape",
    "order_type_invalid": "an order type's own rules are more than its shape",
    "routing_invalid": "a routing names work centres and operations that there are",
    "specification_invalid": "a specification names articles that there are",
    "customers_the_same": "a customer is merged with another one",
    "meaning_invalid": "a corrected meaning has to be an order",
    "file_content_differs": "a file's bytes have to be what its name says",
    "image_too_large": "pixels are counted in the file",
    "archive_excessive": "members are counted in the file",
    "sheet_unreadable": "a sheet is read from the file's bytes",
    "sheet_invalid": "what a sheet holds is said by row and column",
    "report_unreadable": "a report's body belongs to its kind",
    "report_version_unknown": "which versions are read is known here alone",
    "version_stale": "If-Match names a version of the past",
    "workflow_unknown": "there are as many workflows as documents",
}
# Of `field_invalid`: what depends on other fields or on what is stored, and letters that PostgreSQL cannot keep.
FIELD_RULES = {"unknown_reference", "line_unknown", "not_exact", "too_fine", "not_clean_text"} | {
    "missing",
    "alone",
    "in_the_past",
    "range_invalid",
    "required",
    "not_an_address",
    "password_easy",
    "password_wrong",
    "code_wrong",
    "text_or_alternatives",
    "needs_another",
    "nothing_said",
    "one_of_two",
}
# Schemathesis makes up values of this header by itself, past the pattern of its schema.
_IF_MATCH = re.compile(r'"[0-9]+"')


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """False drops a finding: a well-formed request that was refused by a rule named above."""
    del context
    if type(failure).__name__ == "AcceptedNegativeData" and case.operation.path.endswith("/sync"):
        return False  # each report of a call is judged by itself; the schema tells what a good one holds
    if type(failure).__name__ != "RejectedPositiveData":
        return True
    told = response.json()
    if told["code"] == "malformed_request" and not _IF_MATCH.fullmatch((case.headers or {}).get("If-Match", '"1"')):
        return False
    if told["code"] == "field_invalid":
        return not {problem["code"] for problem in told["errors"]} <= FIELD_RULES
    return told["code"] not in RULES
