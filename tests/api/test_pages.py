from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from api.docs_page import docs_page
from tests.api.support import Api


class Page(HTMLParser):
    """Counts tags, and remembers what each names or loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            if name in {"href", "src"}:
                self.links.add(value or "")


async def test_the_documentation_has_every_operation_and_loads_nothing(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    answer = await api.http.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    page = Page(answer.text)
    names = {operation["operationId"] for item in document["paths"].values() for operation in item.values()}
    assert names <= page.ids
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert page.links >= {"/openapi.json", "/problems"}
    assert {link for link in page.links if link.startswith("#")} <= {f"#{name}" for name in page.ids}
    assert not [link for link in page.links if "//" in link]


def test_what_a_document_says_is_text_and_never_markup() -> None:
    operation: dict[str, Any] = {
        "tags": ["<b>"],
        "operationId": "x",
        "description": "<script>alert(1)</script>",
        "parameters": [{"in": "query", "name": "<i>", "description": "<img src=x>"}],
        "responses": {"200": {"description": "<u>"}},
    }
    document = {
        "info": {"title": "<h1>", "version": "1", "description": "<style>"},
        "paths": {"/<p>": {"get": operation}},
        "components": {"schemas": {"<s>": {"description": "</pre><script>"}}},
    }
    tags = Page(docs_page(document)).tags
    assert "script" not in tags
    assert tags.count("style") == 1
    assert not {"b", "i", "img", "u", "s"} & set(tags)


async def test_the_document_describes_the_errors_it_promises(api: Api) -> None:
    document = (await api.http.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert {"password", "cookie"} <= set(document["components"]["securitySchemes"])
    problem = document["components"]["schemas"]["Problem"]
    body = (await api.http.get("/api/v1/me")).json()
    assert set(body) <= set(problem["properties"])
    assert set(problem["required"]) <= set(body)
