"""A quantity in a sentence: what is plain is taken, what is not is asked for, and never mended."""

from __future__ import annotations

import pytest

from tests.domain.floor.speech.support import heard


@pytest.mark.parametrize(
    ("said", "quantity", "unit"),
    [
        *(
            ("出库A03 50", 50, None),
            ("出库1,200件A03", 1200, "件"),
            ("出库零点五箱B11", 0.5, "箱"),
            ("入库三箱半A03", 3.5, "箱"),
        ),
        *(
            ("紫铜管领5米5", 5.5, "米"),
            ("带钢入库一吨二", 1.2, "吨"),
            ("出库两百二十件A05", 220, "件"),
            ("出库二百五A05", 250, None),
        ),
        *(
            ("入库A03五十件，五十件", 50, "件"),
            ("出库五十对A03", 100, "件"),
            ("出库两打A24", 24, "件"),
            ("封边胶领四十斤", 20, "公斤"),
        ),
        *(
            ("出库5三合一连接件", 5, None),
            ("出库1个半盖铰链", 1, "个"),
            ("出库50.0件A03", 50, "件"),
            ("领俩钻头", 2, None),
        ),
    ],
)
def test_what_is_plain_is_taken(said: str, quantity: float, unit: str | None) -> None:
    (command,) = heard(said)
    assert (command.get("quantity"), command.get("unit"), command.get("needs")) == (quantity, unit, None)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "出库A03几箱",
            "出库A03一箱多",
            "出库A03一箱零五件",
            "出库A03两箱又十件",
            "出库五五十件A03",
            "出库50五十件A03",
        ),
        *(
            "出库十十件A03",
            "出库A03一二三件",
            "出库A03一百一百件",
            "出库一百，五十件A03",
            "出库一百零件A03",
            "出库1 200件A03",
        ),
        *(
            "领零五公斤热熔胶",
            "领十几二十公斤热熔胶",
            "领10到20公斤热熔胶",
            "领10-20公斤热熔胶",
            "盘点A03负5件",
            "出库A03减五件",
        ),
        *(
            "出库A03第五十件",
            "出库A03五十号",
            "紫铜管领五十厘米",
            "带钢入库1吨200公斤",
            "入库A03五十件，再来五十件",
            "出库A20一个半",
        ),
        *(
            "出库五是件A03",
            "出库石五件A03",
            "出库是五件A03",
            "出库五十思根B46",
            "把十件A03出库",
            "出库两车A03",
            "出库百八十个A20",
        ),
    ],
)
def test_what_is_not_is_asked_for(said: str) -> None:
    commands = heard(said)
    assert all("quantity" not in command for command in commands)
    assert "quantity" in commands[0]["needs"]


@pytest.mark.parametrize("said", ["热熔胶领五百克", "出库50米A03", "出库二十张A35", "气泡膜领2箱"])
def test_a_unit_that_is_none_of_the_article_is_asked_for(said: str) -> None:
    (command,) = heard(said)
    assert command["needs"] == ["unit"]
    assert "unit" not in command


@pytest.mark.parametrize(
    "said", ["开料完成30件报废", "开料完成30件报废几件", "开料完成30件报废若干", "开料30件报废2件不良1件"]
)
def test_lost_pieces_without_one_number_are_asked_for(said: str) -> None:
    (command,) = heard(said)
    assert (command.get("good_qty"), command.get("scrap_qty"), command["needs"]) == (30, None, ["scrap_qty"])
