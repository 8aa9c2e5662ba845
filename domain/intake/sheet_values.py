"""What a cell of a spreadsheet says: a number, a day, a yes, however people write them; or why it says nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from domain.intake.dates import day_of
from domain.text import Text

_DECIMAL = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,6})?")
_SIGNS = "¥￥$€£元"
_YES = frozenset({"是", "yes", "y", "true", "1", "√", "有", "赠品", "赠"})
_NO = frozenset({"否", "no", "n", "false", "0", "无"})
_CURRENCIES = {"人民币": "CNY", "元": "CNY", "rmb": "CNY", "美元": "USD", "美金": "USD", "欧元": "EUR", "日元": "JPY"}
# What a formula leaves in a cell when it cannot be worked out.
BROKEN = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})

NOT_A_NUMBER = Text("应为数字，最多 6 位小数", "a number with up to 6 decimals is expected")
NOT_A_DAY = Text("应为日期，如 2026-12-24", "a day such as 2026-12-24 is expected")
AMBIGUOUS_DAY = Text("日期有多种读法，请写成 2026-12-24", "the day can be read in two ways; write it as 2026-12-24")
NOT_A_FLAG = Text("应为“是”或“否”", "yes or no is expected")
NOT_A_CURRENCY = Text("应为币种代码，如 CNY", "a currency's code such as CNY is expected")
BROKEN_CELL = Text("公式出错，没有值", "its formula failed and left no value")


class Unreadable(Exception):
    """A cell that says nothing usable, with what is expected."""

    def __init__(self, code: str, detail: Text) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def decimal_of(text: str) -> Decimal:
    """A number: full width, with thousands' commas or a currency's sign. Raises Unreadable."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip(_SIGNS)
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _DECIMAL.fullmatch(plain):
        raise Unreadable("not_a_number", NOT_A_NUMBER)
    return Decimal(plain)


def date_of(text: str) -> date:
    """A day; the time that a program adds to it at midnight is passed over. Raises Unreadable."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        day, ambiguous = day_of(text, None)
    if day is None:
        raise Unreadable("ambiguous_date" if ambiguous else "not_a_date", AMBIGUOUS_DAY if ambiguous else NOT_A_DAY)
    return day


def flag_of(text: str) -> bool:
    """Yes or no, in either language. Raises Unreadable."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain not in _YES | _NO:
        raise Unreadable("not_a_flag", NOT_A_FLAG)
    return plain in _YES


def currency_of(text: str) -> str:
    """The code of ISO 4217, or what people call it. Raises Unreadable."""
    plain = unicodedata.normalize("NFKC", text).strip()
    code = _CURRENCIES.get(plain.casefold(), plain.upper())
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Unreadable("not_a_currency", NOT_A_CURRENCY)
    return code
