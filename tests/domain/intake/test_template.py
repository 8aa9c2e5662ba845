"""Templates as data: what is wrong is named by its place, and a new channel needs no code."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from domain.intake.parse import read
from domain.intake.template import MAX_CHARACTERS, compile_template
from domain.intake.templates import BUILT_IN, built_in, built_in_document, builtin_templates
from domain.refusals.intake import TEMPLATE_INVALID
from domain.refusals.kinds import Refusal
from tests.domain.intake.support import CATALOGUE

OWN: dict[str, Any] = {
    "schema": 1,
    "channel": "medusa",
    "order_type": "ecommerce",
    "version": 1,
    "label": {"zh": "自建商城", "en": "Own shop"},
    "formats": ["json"],
    "time_zone": "+08:00",
    "documents": [
        {
            "key": "order",
            "when": "body.id",
            "order": {
                "external_id": "body.id",
                "placed_at": "body.at",
                "currency": "body.currency",
                "customer": {"name": "body.who", "phone": "body.tel", "address": {"street": "body.street"}},
                "lines": {
                    "each": "body.items", "sku": "item.code", "name": "item.title", "quantity": "item.n",
                    "unit_price": "item.price",
                },
                "total": "body.sum",
                "notes": {"buyer": "body.note"},
                "remarks": [
                    {"texts": "notes.buyer", "side": "buyer", "origin": "buyer_message", "source": "notes.buyer",
                     "reads": ["gifts"]},
                ],
                "action": [{"when": "body.paid", "action": "create"}, {"action": "hold"}],
            },
        }
    ],
}  # fmt: skip


def problems(document: Any) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        compile_template(document)
    assert refused.value.kind == TEMPLATE_INVALID
    assert all(field.detail.zh and field.detail.en for field in refused.value.fields)
    return {field.pointer: field.code for field in refused.value.fields}


def changed(**changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(OWN)
    document["documents"][0]["order"].update(changes)
    return document


@pytest.mark.parametrize("channel", BUILT_IN)
def test_the_built_in_templates_are_whole(channel: str) -> None:
    template = built_in(channel)
    wanted = {"crm": "standard", "export": "export", "project": "project"}.get(channel, "ecommerce")
    assert (template.channel, template.version, template.order_type) == (channel, 1, wanted)
    assert template.label.zh
    assert compile_template(json.loads(json.dumps(built_in_document(channel)))) == template
    assert built_in_document(channel) in builtin_templates()


def test_no_other_channel_is_built_in() -> None:
    with pytest.raises(KeyError):
        built_in("../taobao")


def test_a_new_channel_needs_no_code() -> None:
    payload = {
        "id": "A-1", "at": "2026-11-20 10:00:00", "currency": "cny", "who": "王", "tel": "13900001234", "street": "s",
        "items": [{"code": "GIFT-CUP", "title": "杯", "n": 2, "price": 9.5}], "sum": "19",
        "note": "送小夜灯一个", "paid": True,
    }  # fmt: skip
    meaning = read(compile_template(OWN), json.dumps(payload).encode(), "application/json", {}, CATALOGUE)
    assert (meaning.source, meaning.external_id, meaning.action) == ("medusa", "A-1", "create")
    assert (meaning.content["currency"], meaning.content["placed_at"]) == ("CNY", "2026-11-20T02:00:00Z")
    assert [line["amount"] for line in meaning.content["lines"]] == ["19.00", "0.00"]
    assert meaning.review_reasons == ("gift_claimed_by_buyer",)


def test_what_remarks_are_read_for_is_the_template_s() -> None:
    remark = OWN["documents"][0]["order"]["remarks"][0] | {"reads": ["dates"]}
    items = [{"title": "x", "n": 1, "price": 1}]
    payload = {
        "id": "1",
        "items": items,
        "note": "送小夜灯一个，12月5日前发",
        "at": "2026-11-20",
    }
    body = json.dumps(payload).encode()
    meaning = read(compile_template(changed(remarks=[remark])), body, "", {}, CATALOGUE)
    assert (len(meaning.content["lines"]), meaning.content["requested_date"]) == (1, "2026-12-05")


def test_problems_are_named_by_their_place() -> None:
    broken = changed(total="nope(", shipping=5, bogus="x", discounts=[{"kind": "'line'"}])
    broken["documents"][0]["order"]["action"] = [{"when": "body.paid", "action": "explode"}]
    at = "/documents/0/order"
    assert problems(broken) == {
        f"{at}/total": "expression_invalid",
        f"{at}/shipping": "expression_invalid",
        f"{at}/bogus": "key_unknown",
        f"{at}/discounts/0/label": "key_missing",
        f"{at}/discounts/0/amount": "key_missing",
        f"{at}/action/0/action": "value_unknown",
    }


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"schema": 2}, "/schema", "schema_unknown"),
        ({"version": 0}, "/version", "number_expected"),
        ({"formats": ["pdf"]}, "/formats/0", "value_unknown"),
        ({"formats": []}, "/documents", "nothing_to_read"),
        ({"time_zone": "Mars"}, "/time_zone", "offset_invalid"),
        ({"label": "x"}, "/label", "object_expected"),
        ({"documents": {}}, "/documents", "list_expected"),
        ({"documents": [{"key": "a", "when": "b"}]}, "/documents/0", "kind_unclear"),
        ({"maps": {"a": 0.5}}, "/maps/a", "fraction_in_table"),
        ({"maps": {"Bad name": {}}}, "/maps/Bad name", "name_invalid"),
        ({"maps": {"a": "x" * MAX_CHARACTERS}}, "/", "template_too_long"),
    ],
)
def test_each_problem(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert problems(OWN | changes)[pointer] == code


def test_the_last_action_has_no_condition() -> None:
    open_end = changed(action=[{"when": "body.paid", "action": "create"}])
    assert problems(open_end) == {"/documents/0/order/action": "action_open"}


def test_too_many_expressions() -> None:
    many = changed(
        fees=[{"label": "a", "amount": "b"}] * 60,
        discounts=[{"kind": "a", "label": "a", "amount": "b", "line": "c"}] * 60,
        granted=[{"name": "a", "quantity": "b", "when": "c"}] * 60,
    )
    assert problems(many) == {"/": "too_many_expressions"}


@pytest.mark.parametrize(
    "document", [None, [], 5, "x", {}, {"documents": [None]}, {"documents": [{"order": {"action": 5}}]}]
)
def test_any_json_is_judged_not_stumbled_over(document: Any) -> None:
    assert problems(document)
