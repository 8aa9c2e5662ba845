"""The OpenAPI document as one HTML page: no script, no other server, readable behind a factory's firewall."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_HEAD = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>Throughline API</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><style>
:root{--ink:#1b1f24;--soft:#59636e;--line:#d8dee4;--ground:#fff;--wash:#f6f8fa;--accent:#2f5f8a}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa4af;--line:#343b43;--ground:#14181c;--wash:#1c2127;
--accent:#8db9e0}}
body{font:16px/1.5 "PingFang SC","Noto Sans SC","Microsoft YaHei",system-ui,sans-serif;max-width:64rem;margin:2rem auto;
padding:0 1rem;color:var(--ink);background:var(--ground)}a{color:var(--accent)}
h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:6px;margin:8px 0}details>*{margin:8px 12px}
summary{cursor:pointer;display:flex;flex-wrap:wrap;gap:0 12px;align-items:baseline}
summary::-webkit-details-marker{display:none}
summary .w{color:var(--soft);font-size:14px;flex:1 1 16rem;text-align:right}
code,pre{font-family:ui-monospace,monospace;font-size:14px;overflow-wrap:anywhere}
.m{min-width:4rem;font-weight:700;color:var(--accent)}pre{background:var(--wash);padding:8px;overflow:auto}
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:4px 8px;text-align:left;vertical-align:top}
details>table{display:block;overflow-x:auto}nav a{margin-right:16px}</style></head><body>"""
_METHODS = ("get", "post", "put", "patch", "delete")


def docs_page(document: Mapping[str, Any]) -> str:
    """The page."""
    return "".join(_page(document))


def _page(document: Mapping[str, Any]) -> Iterator[str]:
    info = document["info"]
    yield f"{_HEAD}<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_lines(info['description'])}</p>"
    yield '<p><a href="/openapi.json">openapi.json</a> · <a href="/problems">error codes 错误代码</a></p><nav>'
    groups = _grouped(document)
    yield "".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in groups)
    yield "</nav>"
    words = {tag["name"]: tag["description"] for tag in document.get("tags", ())}
    for tag, operations in groups.items():
        yield f'<h2 id="{escape(tag)}">{escape(tag)}</h2><p>{escape(words.get(tag, ""))}</p>'
        yield from (_operation(path, method, operation) for path, method, operation in operations)
    yield "<h2>Schemas 数据结构</h2>"
    yield from (_schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items()))
    yield "</body></html>"


def _grouped(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Mapping[str, Any]]]]:
    groups: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                groups.setdefault(item[method].get("tags", ["other"])[0], []).append((path, method, item[method]))
    return groups


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> str:
    words = escape(operation.get("description", "").partition("\n")[0])
    summary = f'<span class="m">{method.upper()}</span><code>{escape(path)}</code><span class="w">{words}</span>'
    parts = [f"<p>{_lines(operation.get('description', ''))}</p>"]
    if operation.get("parameters"):
        parts.append(f"<table>{''.join(map(_parameter, operation['parameters']))}</table>")
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        parts.append(f"<p>{escape(media)}: {_reference(content.get('schema', {}))}</p>")
        if "example" in content:
            parts.append(f"<pre>{_json(content['example'])}</pre>")
    parts.append(f"<table>{''.join(_response(*pair) for pair in sorted(operation['responses'].items()))}</table>")
    return f'<details id="{escape(operation["operationId"])}"><summary>{summary}</summary>{"".join(parts)}</details>'


def _parameter(parameter: Mapping[str, Any]) -> str:
    needed = "required" if parameter.get("required") else ""
    cells = (parameter["in"], parameter["name"], needed, parameter.get("description", ""))
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _response(status: str, response: Mapping[str, Any]) -> str:
    schemas = [content.get("schema", {}) for content in response.get("content", {}).values()]
    shown = ", ".join(map(_reference, schemas))
    return f"<tr><td>{escape(status)}</td><td>{escape(response.get('description', ''))}</td><td>{shown}</td></tr>"


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    summary = f"<summary><code>{escape(name)}</code></summary>"
    return f'<details id="schema-{escape(name)}">{summary}<pre>{_json(schema)}</pre></details>'


def _json(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=1))


def _reference(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#schema-{name}"><code>{name}</code></a>'
    return f"<code>{escape(json.dumps(schema, ensure_ascii=False))[:200]}</code>"


def _lines(text: str) -> str:
    return escape(text).replace("\n\n", "</p><p>")
