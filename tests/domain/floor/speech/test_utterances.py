"""Whole sentences, judged by the rules of tests/voice: the development set, and sentences of our own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.floor.speech.support import heard, utterances, verdict

SETS = {"dev.jsonl": (0.97, 0.05), "utterances.jsonl": (0.97, 0.03)}


@pytest.mark.parametrize("name", SETS)
def test_sentences_are_understood(name: str) -> None:
    exact, cost = SETS[name]
    verdicts = [verdict(item) for item in utterances(name)]
    assert sum(1 for word, _ in verdicts if word == "exact") / len(verdicts) >= exact
    assert sum(price for _, price in verdicts) / len(verdicts) <= cost


@pytest.mark.parametrize("name", SETS)
def test_no_sentence_gives_a_command_that_was_not_meant(name: str) -> None:
    assert [item["text"] for item in utterances(name) if verdict(item)[0] == "wrong"] == []


def quantities_of(commands: list[dict[str, Any]]) -> set[float]:
    return {float(c[slot]) for c in commands for slot in ("quantity", "good_qty", "scrap_qty") if slot in c}


@pytest.mark.parametrize("name", SETS)
def test_no_quantity_is_ever_wrong(name: str) -> None:
    for item in utterances(name):
        meant = set().union(*(quantities_of(e) for e in [item["expected"], *item.get("accept", [])])) | {0.0}
        assert quantities_of(heard(item["text"])) <= meant, item["text"]


@pytest.mark.parametrize(
    "said",
    [
        *(
            "出库五十件A03行不行",
            "A03是不是出了五十件",
            "要不要出库五十件A03",
            "谁领了五十件A03",
            "报废两件正常吗",
            "听说要出库五十件A03",
        ),
        *("3号冲床是不是坏了", "为什么出库五十件A03", "五十件A03出库了没有", "粤B7K215发车了没"),
    ],
)
def test_whoever_asks_or_tells_does_nothing(said: str) -> None:
    assert heard(said) == [{"action": "unknown"}]
