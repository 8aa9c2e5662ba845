"""One way of writing for comparing: width, letter case and the common traditional characters.

`fold` keeps every character at its place, so that what is found in the folded text can be shown from the original.
"""

from __future__ import annotations

import re

_TRADITIONAL = (
    "贈禮發個張隻號後對雙兩還說請燈貼鑰東麼別給條塊盞組單價錢運費電話聯繫們這裡開關門櫃廳臥房樓層轉帳"
    "幾點時間過來從將應該許諾優惠換補寫車軌鏈頭馬標籤紙袋蓋盤壺氣熱鋁銅鋼銀鐵無為約確認訂實現場為準寄達遲"
)
_SIMPLIFIED = (
    "赠礼发个张只号后对双两还说请灯贴钥东么别给条块盏组单价钱运费电话联系们这里开关门柜厅卧房楼层转账"
    "几点时间过来从将应该许诺优惠换补写车轨链头马标签纸袋盖盘壶气热铝铜钢银铁无为约确认订实现场为准寄达迟"
)
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE |= {ord(old): ord(new) for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)}
_TABLE |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_TABLE |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
_TABLE |= {0x3000: 0x20, 0xA0: 0x20, ord("×"): ord("x"), ord("✕"): ord("x"), ord("—"): ord("-"), ord("–"): ord("-")}
_TABLE |= {
    ord("\t"): 0x20,
    ord("’"): ord("'"),
    ord("•"): ord(";"),
    ord("·"): ord(" "),
    ord("【"): ord("("),
    ord("】"): ord(")"),
}
_TABLE |= {ord(mark): 0x20 for mark in "“”「」『』《》"}

_LOOSE = re.compile(r"[\s\-_/,.·()'\"]+")


def fold(text: str) -> str:
    """The text in half width, lower case and simplified characters, of the same length."""
    return text.translate(_TABLE)


def key(text: str) -> str:
    """What makes two names or article numbers the same name: folded, without blanks and punctuation."""
    return _LOOSE.sub("", fold(text))


def is_chinese(character: str) -> bool:
    """Whether it is a Chinese character."""
    return "\u4e00" <= character <= "\u9fff"
