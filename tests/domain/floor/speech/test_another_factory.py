"""Nothing is known of the catalogue but what the catalogue says: another trade, other codes, other names."""

from __future__ import annotations

from typing import Any

import pytest

from domain.floor.speech.catalogue import Catalogue
from domain.floor.speech.lexicon import lexicon_of
from tests.domain.floor.speech.support import CATALOGUE, heard

BAKERY = lexicon_of(
    Catalogue.from_json(
        {
            "skus": [
                {"code": "MF-201", "name": "高筋面粉", "aliases": ["面包粉"], "unit": "公斤", "units": ["公斤", "袋"]},
                {"code": "MF-202", "name": "低筋面粉", "aliases": ["蛋糕粉"], "unit": "公斤", "units": ["公斤", "袋"]},
                {"code": "NY31", "name": "淡奶油", "aliases": [], "unit": "盒", "units": ["盒"]},
                {"code": "10086", "name": "六寸蛋糕盒", "aliases": [], "unit": "个", "units": ["个"]},
                {"code": "QK7", "name": "可颂面包", "aliases": ["牛角包"], "unit": "个", "units": ["个", "盘"]},
            ],
            "units": [
                {"unit": "公斤", "aliases": ["kg"], "kind": "measure", "max": 5000},
                {"unit": "袋", "aliases": [], "kind": "pack", "max": 300},
                {"unit": "盒", "aliases": [], "kind": "count", "max": 800},
                {"unit": "个", "aliases": ["只"], "kind": "count", "max": 9000},
                {"unit": "盘", "aliases": [], "kind": "pack", "max": 200},
            ],
            "locations": [{"location": "冷库", "aliases": ["冷藏库"]}, {"location": "2号干仓", "aliases": []}],
            "operations": [{"operation": "和面", "aliases": ["搅面"]}, {"operation": "醒发", "aliases": []}],
            "machines": [
                {"machine": "1号烤炉", "kind": "烤炉", "aliases": []},
                {"machine": "2号烤炉", "kind": "烤炉", "aliases": []},
                {"machine": "和面机", "kind": "和面机", "aliases": []},
            ],
            "symptoms": [{"symptom": "不升温", "aliases": ["不热了"]}],
            "defects": [{"defect": "烤焦", "aliases": ["糊了"]}, {"defect": "塌陷", "aliases": []}],
            "customers": [{"customer": "阳光超市", "aliases": ["阳光"]}],
            "vehicles": [{"plate": "京AF0236"}],
        }
    )
)


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("领两袋高筋面粉", {"action": "issue_stock", "sku": "MF-201", "quantity": 2, "unit": "袋"}),
        ("mf二零一出库十公斤半", {"action": "issue_stock", "sku": "MF-201", "quantity": 10.5, "unit": "公斤"}),
        ("高金面粉入库一百公斤", {"action": "receive_stock", "sku": "MF-201", "quantity": 100, "unit": "公斤"}),
        (
            "淡奶油三十盒移到冷库",
            {"action": "transfer_stock", "sku": "NY31", "quantity": 30, "unit": "盒", "to_location": "冷库"},
        ),
        ("10086出库50个", {"action": "issue_stock", "sku": "10086", "quantity": 50, "unit": "个"}),
        (
            "和面做完四十个报废两个",
            {"action": "report_completion", "operation": "和面", "good_qty": 40, "scrap_qty": 2, "unit": "个"},
        ),
        ("二号烤炉不热了", {"action": "report_breakdown", "machine": "2号烤炉", "symptom": "不升温"}),
        ("烤炉坏了", {"action": "report_breakdown", "needs": ["machine"]}),
        ("可颂面包烤胶五个不合格", {"action": "qc_fail", "sku": "QK7", "quantity": 5, "unit": "个", "defect": "烤焦"}),
        ("京AF0236到阳光超市了", {"action": "report_arrival", "plate": "京AF0236", "customer": "阳光超市"}),
        (
            "面粉入库十袋",
            {
                "action": "receive_stock",
                "quantity": 10,
                "unit": "袋",
                "needs": ["sku"],
                "alternatives": {"sku": ["MF-201", "MF-202"]},
            },
        ),
        ("领六寸蛋糕盒二十个", {"action": "issue_stock", "sku": "10086", "quantity": 20, "unit": "个"}),
    ],
)
def test_a_bakery(said: str, command: dict[str, Any]) -> None:
    assert heard(said, BAKERY) == [command]


def test_it_knows_nothing_of_the_furniture_maker() -> None:
    for sku in CATALOGUE["skus"]:
        (command,) = heard(f"出库5个{sku['code']}", BAKERY)
        assert "sku" not in command or sku["code"] in command["sku"]
    assert heard("铰链出库50个", BAKERY)[0].get("sku") is None


def test_an_empty_catalogue_is_no_reason_to_fail() -> None:
    nothing = lexicon_of(Catalogue())
    assert (
        heard("出库50件A03", nothing) == [{"action": "issue_stock", "needs": ["sku", "quantity"]}]
        or heard("出库50件A03", nothing)[0]["needs"]
    )
