from __future__ import annotations

from decimal import Decimal

from domain.products.article import Article, Operation, article_problems
from domain.text import Text


def test_keeps_operations_among_its_details() -> None:
    press = Operation("OP40", Text("冲压", "Pressing"), "冲床", Decimal("1.50"), Decimal(20))
    article = Article("A03", "L型支架", "件", "part", operations=(press,), details={"cost": "1.20"})
    assert article.kept_details() == {
        "cost": "1.20",
        "operations": [
            {
                "code": "OP40",
                "name": {"zh": "冲压", "en": "Pressing"},
                "work_centre": "冲床",
                "minutes": "1.5",
                "setup_minutes": "20",
                "requirements": None,
                "outsourced": False,
            }
        ],
    }


def test_only_a_gift_article_is_a_gift() -> None:
    assert Article("G", "马克杯", "个", "gift").is_gift
    assert not Article("P", "散热器", "组", "product").is_gift


def test_a_sound_list_has_no_problems() -> None:
    assert not list(article_problems([Article("A", "a", "件", "part"), Article("B", "b", "件", "material")]))


def test_names_every_bad_field() -> None:
    articles = [Article("A", "a", "件", "part"), Article("A", " ", "", "luxury")]  # type: ignore[arg-type]
    found = {(problem.pointer, problem.code) for problem in article_problems(articles)}
    assert found == {
        ("/articles/1/sku", "duplicate"),
        ("/articles/1/name", "missing"),
        ("/articles/1/unit", "missing"),
        ("/articles/1/kind", "invalid"),
    }
