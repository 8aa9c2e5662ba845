"""Badges as one printable HTML page: cards of 85.6 by 54 mm, ten to an A4 sheet, each with the code that is scanned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from api.ticket import qr_svg
from domain.text import Language, Text

_TITLE = Text("工牌", "Badge")
_HINT = Text("在共用终端扫码切换操作员", "Scan at a shared terminal to switch over")
_FOUND = Text("拾到请交人事部门", "Found it? Please hand it in")
_STYLE = """
@page{size:A4;margin:12mm 16mm}
*{box-sizing:border-box}
body{margin:0;font:9pt/1.3 "PingFang SC","Noto Sans SC","Noto Sans CJK SC","Microsoft YaHei",system-ui,sans-serif;
color:#000;background:#fff}
main{display:grid;grid-template-columns:85.6mm 85.6mm;gap:0 6mm;justify-content:center}
.badge{width:85.6mm;height:54mm;border:.2mm dashed #888;border-radius:3mm;padding:4mm;display:grid;
grid-template-columns:1fr 32mm;gap:3mm;break-inside:avoid;overflow:hidden}
.badge>div{display:flex;flex-direction:column;min-width:0}
.kind{font-size:8pt;letter-spacing:.1em;margin:0}
h2{font-size:17pt;line-height:1.15;margin:2mm 0 0;overflow-wrap:anywhere;max-height:2.3em;overflow:hidden}
.roles{font-size:10pt;margin:1mm 0 0;overflow-wrap:anywhere;max-height:2.6em;overflow:hidden}
.login{font-size:8pt;margin:auto 0 0;overflow-wrap:anywhere}
small{font-size:6.5pt}
figure{margin:0;align-self:center;text-align:center}figure svg{width:32mm;height:32mm;display:block}
@media screen{body{background:#e9ecef;padding:8mm}.badge{background:#fff}main{gap:6mm}}
@media screen and (max-width:190mm){main{grid-template-columns:85.6mm}}
"""


def badge_page(badges: Iterable[Mapping[str, Any]], language: Language) -> str:
    """The page of these badges, each with `name`, `login`, `roles` (texts) and `code`."""
    title = escape(_TITLE.of(language))
    cards = "".join(_card(badge, language) for badge in badges)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f'<title>{title}</title><meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main>{cards}</main></body></html>"
    )


def _card(badge: Mapping[str, Any], language: Language) -> str:
    roles = " · ".join(escape(role.of(language)) for role in badge["roles"])
    return (
        f'<article class="badge"><div><p class="kind">{escape(_TITLE.of(language))}</p>'
        f"<h2>{escape(badge['name'])}</h2>"
        f'<p class="roles">{roles}</p><p class="login">{escape(badge["login"])}</p>'
        f"<small>{escape(_HINT.of(language))}<br>{escape(_FOUND.of(language))}</small></div>"
        f"<figure>{qr_svg(badge['code'])}</figure></article>"
    )
