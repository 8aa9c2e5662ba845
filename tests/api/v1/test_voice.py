"""`POST voice/parse`: the factory's own names, the correction loop, and what is refused."""

from __future__ import annotations

import pytest

from domain.access.actor import system
from domain.products.article import Article
from tests.api.support import Api, problem
from usecases.floor.work_centres import SaveWorkCentre, save_work_centre
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

CLIP = Article("KL-07", "卡箍", "个", "part", aliases=("管箍",))
CUT = {"action": "issue_stock", "sku": "KL-07", "quantity": 50, "unit": "个"}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def stocked(api: Api, *articles: Article) -> None:
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles or (CLIP,), ()))


async def test_a_sentence_becomes_a_command_with_its_card(api: Api) -> None:
    await stocked(api)
    answer = await api.post("/voice/parse", {"text": "出库五十个KL07"}, role="warehouse")
    assert answer.status_code == 200, answer.text
    assert answer.json()["commands"] == [CUT]
    (card,) = answer.json()["cards"]
    assert card["title"] == {"zh": "出库", "en": "Issue"}
    assert card["spoken"]["zh"] == "出库，物料 KL-07 卡箍，数量 50 个，对吗？"
    assert card["question"] is None


async def test_a_new_article_can_be_named_at_once(api: Api) -> None:
    await stocked(api)
    before = (await api.post("/voice/parse", {"text": "螺旋桨出库5个"}, role="warehouse")).json()
    assert before["commands"][0]["needs"] == ["sku"]
    await stocked(api, Article("PR1", "螺旋桨", "个", "part"))
    after = (await api.post("/voice/parse", {"text": "螺旋桨出库5个"}, role="warehouse")).json()
    assert after["commands"] == [{"action": "issue_stock", "sku": "PR1", "quantity": 5, "unit": "个"}]


async def test_work_centres_are_machines(api: Api) -> None:
    await api.parts.door.run(system("tests"), save_work_centre, SaveWorkCentre("C7", "7号切管机"))
    answer = (await api.post("/voice/parse", {"text": "七号切管机漏油了"}, role="production")).json()
    assert answer["commands"] == [{"action": "report_breakdown", "machine": "7号切管机", "symptom": "漏油"}]


async def test_a_card_that_is_shown_is_changed_by_what_is_said_next(api: Api) -> None:
    await stocked(api)
    body = {"text": "不对，六十", "context": {"commands": [CUT]}}
    answer = (await api.post("/voice/parse", body, role="warehouse")).json()
    assert answer["commands"] == [{**CUT, "quantity": 60}]


async def test_fractions_are_text_and_come_back_as_they_went(api: Api) -> None:
    await stocked(api, Article("PW1", "铝粉", "公斤", "material"))
    first = (await api.post("/voice/parse", {"text": "铝粉领2.5公斤"}, role="warehouse")).json()["commands"]
    assert first[0]["quantity"] == "2.5"
    body = {"text": "给我放五金库", "context": {"commands": first}}
    again = (await api.post("/voice/parse", body, role="warehouse")).json()["commands"]
    assert again == [{**first[0], "location": "五金库"}]


async def test_alternatives_vote_and_a_number_in_doubt_is_asked_for(api: Api) -> None:
    await stocked(api)
    body = {"alternatives": ["出库50个KL07", "出库15个KL07"]}
    answer = (await api.post("/voice/parse", body, role="warehouse")).json()
    assert answer["commands"] == [{"action": "issue_stock", "sku": "KL-07", "needs": ["quantity"]}]
    assert answer["cards"][0]["question"] == {"zh": "多少？", "en": "How many?"}


@pytest.mark.parametrize("body", [{}, {"text": "出库", "alternatives": ["出库"]}, {"text": ""}, {"alternatives": []}])
async def test_what_cannot_be_read_is_refused(api: Api, body: dict[str, object]) -> None:
    problem(await api.post("/voice/parse", body, role="warehouse"), 422, "field_invalid")


async def test_it_takes_the_right_to_report(api: Api) -> None:
    problem(await api.post("/voice/parse", {"text": "出库"}, role="finance"), 403, "right_missing")
