"""Work order tickets as one printable HTML page: A5 each, two to an A4 sheet, with the code that opens the work order.

No script and no other server; the code is an SVG drawn in the page. What it says is an address that opens nothing
without a login.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import qrcode
from qrcode.image.svg import SvgPathImage

from domain.text import Language, Text

_WORDS: dict[str, Text] = {
    "title": Text("生产工单", "Work order"),
    "order": Text("订单", "Order"),
    "quantity": Text("数量", "Quantity"),
    "due": Text("交期", "Due"),
    "revision": Text("版本", "Revision"),
    "steps": Text("工序", "Operations"),
    "step": Text("工序", "Step"),
    "centre": Text("工作中心", "Work centre"),
    "requirements": Text("工艺要求", "Requirements"),
    "minutes": Text("工时(分)", "Min."),
    "good": Text("合格", "Good"),
    "scrap": Text("报废", "Scrap"),
    "sign": Text("签名", "Sign"),
    "picking": Text("领料单", "Picking list"),
    "quality": Text("检验标准", "Quality standard"),
    "technical": Text("技术参数", "Parameters"),
    "drawings": Text("图纸", "Drawings"),
    "stale": Text("已改单，确认前停止生产", "The order has changed: stop until it is acknowledged"),
    "scan": Text("扫码报工", "Scan to report"),
    "outsourced": Text("外协", "outsourced"),
}
_STYLE = """
@page{size:A5;margin:8mm}
*{box-sizing:border-box}
body{margin:0;font:9pt/1.3 "PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif;
color:#000;background:#fff}
.ticket{break-after:page;break-inside:avoid;width:132mm;margin:0 auto;padding:0}
.ticket:last-child{break-after:auto}
header{display:grid;grid-template-columns:1fr 34mm;gap:4mm;align-items:start;border-bottom:.6mm solid #000;
padding-bottom:2mm}
h1{font-size:20pt;line-height:1.1;margin:0;font-variant-numeric:tabular-nums}
h2{font-size:9.5pt;margin:2mm 0 .6mm;break-after:avoid}
.kind{font-size:9pt;letter-spacing:.1em;margin:0}
.name{font-size:12pt;font-weight:700;margin:1mm 0 0}
dl{display:grid;grid-template-columns:repeat(4,auto);gap:0 4mm;margin:2mm 0 0}
dt{font-size:7.5pt}dd{margin:0;font-weight:700;font-size:11pt}
dl div{min-width:0}
figure{margin:0;text-align:center}figure svg{width:32mm;height:32mm;display:block;margin:0 auto}
figcaption{font-size:7.5pt}
table{border-collapse:collapse;width:100%}
th{font-size:7.5pt;text-align:left;font-weight:400;white-space:nowrap}
th,td{border:.2mm solid #000;padding:.5mm 1.2mm;vertical-align:top}tr{break-inside:avoid}
td.w{white-space:nowrap}.picks{columns:2;column-gap:6mm;list-style:none;padding:0;font-size:8.5pt}
.picks li{display:flex;justify-content:space-between;gap:2mm;break-inside:avoid;border-bottom:.1mm solid #000;
padding:.4mm 0}.picks span:last-child{white-space:nowrap;font-variant-numeric:tabular-nums}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td.blank{min-width:12mm;height:7mm}
small{font-size:7.5pt}.stop{border:1mm solid #000;font-size:13pt;font-weight:700;text-align:center;padding:2mm}
ul,.ticket p{margin:0}.ticket .name{margin:1mm 0 0}.ticket .stop{margin:2mm 0}
@media screen{body{background:#e9ecef;padding:8mm}.ticket{background:#fff;padding:8mm;width:148mm;min-height:210mm;
margin:0 auto 8mm;box-shadow:0 1px 4px #0003}}
"""
# What runs on to a second leaf says whose it is.
_LEAF = """
@page{@bottom-left{content:"%s";font:7pt sans-serif}
@bottom-right{content:counter(page) " / " counter(pages);font:7pt sans-serif}}
"""
# Two lie side by side; the dashed line is where they are cut apart.
_SHEET = """
@page{size:A4 landscape;margin:8mm}
@media print{body{display:grid;grid-template-columns:1fr 1fr;gap:0 8mm;align-items:start}
.ticket{break-after:auto;position:relative;min-height:190mm}
.ticket:nth-child(2n)::before{content:"";position:absolute;inset:0 auto 0 -6.25mm;border-left:.2mm dashed #000}
.ticket:nth-child(2n+1){break-before:page}.ticket:nth-child(2n+2){break-before:avoid}.ticket:first-child{break-before:auto}}
"""


def ticket_page(work_orders: Iterable[Mapping[str, Any]], public_url: str, language: Language) -> str:
    """The page of these work orders (as `work_order_view` shows them); several lie two to a sheet."""
    listed = list(work_orders)
    return "".join(_page(listed, public_url, language))


def floor_url(public_url: str, token: str) -> str:
    """The address that a ticket's code says."""
    return f"{public_url.rstrip('/')}/floor/w/{token}"


def qr_svg(text: str) -> str:
    """A code as an SVG element that takes the size of its box."""
    image = qrcode.make(text, image_factory=SvgPathImage, error_correction=qrcode.ERROR_CORRECT_M, border=4)
    drawn = image.to_string(encoding="unicode")
    return re.sub(r'\s(width|height)="[0-9.]+mm"', "", drawn, count=2)


def _page(work_orders: list[Mapping[str, Any]], public_url: str, language: Language) -> Iterator[str]:
    style = _STYLE + (_SHEET if len(work_orders) > 1 else _LEAF % work_orders[0]["number"] if work_orders else "")
    title = " ".join([_word("title", language), *(one["number"] for one in work_orders[:3])])
    yield f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
    yield f'<title>{escape(title)}</title><meta name="viewport" content="width=device-width"><style>{style}</style>'
    yield "</head><body>"
    for work_order in work_orders:
        yield from _ticket(work_order, public_url, language)
    yield "</body></html>"


def _ticket(work_order: Mapping[str, Any], public_url: str, language: Language) -> Iterator[str]:
    name = work_order["name"] if language == "zh" else work_order["name_en"] or work_order["name"]
    yield f'<article class="ticket"><header><div><p class="kind">{_word("title", language)}</p>'
    yield f'<h1>{escape(work_order["number"])}</h1><p class="name">{escape(name)}</p>'
    yield f"<small>{escape(work_order['sku'])}</small>{_facts(work_order, language)}</div>"
    yield f"<figure>{qr_svg(floor_url(public_url, work_order['token']))}"
    yield f"<figcaption>{_word('scan', language)}</figcaption></figure></header>"
    if not work_order["current"]:
        yield f'<p class="stop">{_word("stale", language)}</p>'
    yield from _operations(work_order["operations"], language)
    yield from _picking(work_order["picking"], language)
    yield from _quality(work_order["quality"], language)
    yield from _parameters(work_order, language)
    yield "</article>"


def _facts(work_order: Mapping[str, Any], language: Language) -> str:
    facts = (
        ("order", work_order["order_no"]),
        ("quantity", f"{work_order['quantity']} {work_order['unit']}"),
        ("due", work_order["promised_date"] or "–"),
        ("revision", str(work_order["revision"])),
    )
    shown = "".join(f"<div><dt>{_word(name, language)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    return f"<dl>{shown}</dl>"


def _operations(operations: list[Mapping[str, Any]], language: Language) -> Iterator[str]:
    heads = "".join(
        f'<th class="{"n" if name == "minutes" else ""}">{_word(name, language)}</th>'
        for name in ("step", "centre", "requirements", "minutes", "good", "scrap", "sign")
    )
    yield f"<h2>{_word('steps', language)}</h2><table><thead><tr>{heads}</tr></thead><tbody>"
    for operation in operations:
        outside = f" <small>({_word('outsourced', language)})</small>" if operation["outsourced"] else ""
        yield f"<tr><td><b>{escape(operation['code'])}</b> {_text(operation['name'], language)}{outside}</td>"
        yield f'<td class="w">{escape(operation["work_centre"])}</td>'
        yield f"<td>{_text(operation['requirements'], language)}</td>"
        yield f'<td class="n">{escape(operation["minutes"])}</td>'
        yield '<td class="blank"></td><td class="blank"></td><td class="blank"></td></tr>'
    yield "</tbody></table>"


def _picking(picking: list[Mapping[str, Any]], language: Language) -> Iterator[str]:
    if not picking:
        return
    yield f'<h2>{_word("picking", language)}</h2><ul class="picks">'
    for line in picking:
        name = line["name"] if language == "zh" else line["name_en"] or line["name"]
        yield f"<li><span><b>{escape(line['material'])}</b> {escape(name)}</span>"
        yield f"<span>{escape(line['quantity'])} {escape(line['unit'])}</span></li>"
    yield "</ul>"


def _quality(quality: list[Mapping[str, Any]], language: Language) -> Iterator[str]:
    if not quality:
        return
    yield f"<h2>{_word('quality', language)}</h2><table>"
    for point in quality:
        yield f"<tr><td>{escape(point['code'])}</td><td>{_text(point['name'], language)}</td>"
        yield f"<td>{_text(point.get('method'), language)}</td><td>{escape(point.get('limit') or '')}</td></tr>"
    yield "</table>"


def _parameters(work_order: Mapping[str, Any], language: Language) -> Iterator[str]:
    told = {**work_order["options"], **work_order["technical"]}
    plain = [(name, value) for name, value in told.items() if isinstance(value, str | int)]
    if plain:
        listed = " · ".join(f"{escape(str(name))}: {escape(str(value))}" for name, value in plain)
        yield f"<h2>{_word('technical', language)}</h2><p>{listed}</p>"
    # A drawing that a change of the order brought stands before those of the product.
    own = told.get("drawing")
    drawings = [own["file_name"]] if isinstance(own, Mapping) and "file_name" in own else []
    drawings += [drawing["name"] for drawing in work_order["drawings"]]
    if drawings:
        names = " · ".join(map(escape, drawings))
        yield f"<h2>{_word('drawings', language)}</h2><p>{names}</p>"


def _word(name: str, language: Language) -> str:
    return escape(_WORDS[name].of(language))


def _text(value: Mapping[str, str] | None, language: Language) -> str:
    if not value:
        return ""
    return escape(value["en"] if language == "en" and value.get("en") else value["zh"])
