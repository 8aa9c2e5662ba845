"""One thing with its number, out of the words after '送' or '赠': '两个把手', '贴膜*2', '铰链一对', '手套'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.expressions.numerals import CHINESE, NUMBER, UNIT, UNITS, number_of
from domain.intake.catalogue import Article, Catalogue
from domain.intake.folding import fold, is_chinese, key
from domain.intake.said import Said, Words

_LEAD = re.compile(
    r"(?:[:\s]|[一二两三四五\d]{1,2}\s*:|备注|留言|有没有|有无|给|我们|我|俺|咱们|咱|您|你们|你|亲(?=[^情])|客户|买家|顾客|对方|他们"
    r"|他|她|一下|了|的|那个|这个|是|还有|有|另外|以及|另|再|和|要(?!是))*"
)
_TAIL = re.compile(
    r"(?:吧|呀|啊|哦|哈|呢|吗|嘛|啦|了|呗|哟|喔|噢|的|谢谢|感谢|多谢|谢|老板|亲|店家|客服|给我们|给我|可以吗|可以|行吗|行不"
    r"|好吗|好不好|好不|随货|随单|随箱|一起|一并|发货|发过来|发来|寄过来|寄来|发|寄|走|过来|别忘记|别忘|不要忘记|不要忘|别漏|不要漏"
    r"|请?记得|麻烦|辛苦|作为赠品|当赠品|做赠品|即可|就行|就好|就可以|放里面|放箱子里|放箱里|放进去|放一起|带上|加上|附上|给客户"
    r"|给他|给她|给买家|送|放|please|thanks|thx|[\s:.-])+$"
)
_GOES_ON = re.compile(
    r"\s*(?:$|[x*:,、+&/.]|\d|给|放|随|一起|一并|别|不要忘|记得|谢|多谢|感谢|哦|哈|吧|呢|吗|啊|呀|啦|了|的$|可以|行|好|发|寄|送|呗|嘛|和|及"
    rf"|与|跟|还|也|都|请|麻烦|就|要|有|过来|到|在|来|各|共|先|没|不|已|同意|答应|一定|作为|当|做|\s|[{CHINESE}]{{1,3}}[{UNITS}])"
)
_COUNT_BEFORE = re.compile(rf"(?P<n>{NUMBER})\s*(?P<u>{UNIT})\s*(?:的)?")
_BARE_BEFORE = re.compile(rf"(?P<n>{NUMBER})(?P<u>)(?=\s*[\u4e00-\u9fffa-z])")
_UNIT_BEFORE = re.compile(rf"(?P<n>)(?P<u>(?!台[面灯盆]|面[板盆])[{UNITS}])")
_VAGUE_BEFORE = re.compile(
    rf"(?P<n>)(?:一些|一点|些|点|几\s*[{UNITS}]|若干|多个|十[几来多][{UNITS}]|\d+\s*[-~]\s*\d+\s*[{UNITS}])(?P<u>)"
)
_COUNT_BEHIND = re.compile(
    rf"(?P<name>.*?)\s*(?:(?P<x>(?<![a-z0-9])[x*]|[*:]|(?<=[\u4e00-\u9fff\s])x|各送?|共)\s*)?(?P<n>{NUMBER})\s*(?P<u>{UNIT})?"
)
_NUMBER_NEXT = re.compile(rf"\s*(?:[x*:]|各送?|共)?\s*(?:\d+\s*[-~]\s*\d+|几|若干|十[几来多]|{NUMBER})\s*{UNIT}?")
_RANGE_BEHIND = re.compile(rf"(?P<name>.*?)\s*(?:\d+\s*[-~]\s*\d+|几|若干|十[几来多])\s*[{UNITS}]")
_NO_ITEM = re.compile(
    r"发货|发票|寄|到|货|之前|以前|时候|电话|联系|[不没别请谢]|麻烦|快递|快点|早点|上楼|家里|地址|券|[0-9一二两三四五六七八九十百]元|块钱"
    r"|费用|[我你他她们]|人|说|安排|确认|通知|备注|客服|老板|希望|尽量|颜色|尺寸|赠|送|优惠|活动|买|拍"
    r"|单(?!品)|已|随|出|[如按照见同无暂待更放在]|里面|外面|朋友|给|折现"
)
_NO_GOODS = re.compile(
    r"券$|红包|积分|运费险|保险|金币|现金|质保|延保|保修|服务|安装(?!手套)|上门|运费|邮费|包邮|祝福|会员|元$|返现|话费|流量|免息"
)
_TO_DO = re.compile(r"服务|安装|上门|延保")
_NOTHING_NAMED = re.compile(
    r"(?:(?:精美|神秘|小|大|超值|好|一份|份|点|些|什么|啥|任何|相应|对应|同款|其他|别的|个|的|店铺|活动|惊喜)*"
    r"(?:礼品|礼物|赠品|东西|惊喜|福利|小样|礼包|好礼|厚礼|大礼|好东西|啥|什么|礼|gifts?|presents?|freebies?)(?:盒)?)"
)
_SWAP = re.compile(r".*(?:换成|改成|改为|换为|换)")


_LONGEST = 60
"""Characters of one thing with its number."""
_SINGLE = "个只张瓶盒卷"
"""Units that stand for one before a thing that the list does not know: '送瓶胶水'."""
_RANK = {1: 0, 0: 1, 2: 2, 3: 3}
_SPECIFICATION = re.compile(r"[a-z0-9\s./*°φ-]*")


@dataclass(frozen=True, slots=True)
class Item:
    """Words read as one thing. `score`: 3 the article's own name, 2 its head word, 1 unknown, 0 names nothing."""

    said: Said
    score: int
    spreads: bool = False

    @property
    def names_nothing(self) -> bool:
        """'小礼品', 'gift': a gift without a name."""
        return self.score == 0


@dataclass(frozen=True, slots=True)
class _Guess:
    name: str
    at: int
    number: str
    unit: str
    unclear: bool
    spreads: bool


def is_no_goods(words: str) -> bool:
    """'运费险', '优惠券', '安装': given, but nothing that is packed."""
    return bool(_NO_GOODS.search(words))


def is_a_service(words: str) -> bool:
    """'送安装': not goods, yet somebody has to see to it."""
    return bool(_TO_DO.search(words))


def item_in(words: str, shown: str, start: int, catalogue: Catalogue) -> Item | None:
    """The thing that folded `words` name; None where they name none. `shown` are the same words as written."""
    words, shown = words[:_LONGEST], shown[:_LONGEST]
    begin, end = _bounds(words, catalogue)
    core = words[begin:end]
    guesses = [guess for guess in _guesses(core) if guess.name]
    items = [item for guess in guesses if (item := _item(guess, core, shown[begin:end], start + begin, catalogue))]
    return max(
        items, key=lambda item: (_RANK[item.score], bool(item.said.counted), len(item.said.counted)), default=None
    )


def _bounds(words: str, catalogue: Catalogue) -> tuple[int, int]:
    """Where the thing begins and ends: fillers go, and what follows the article's name and number goes too."""
    begin = 0
    if swapped := _SWAP.match(words):
        begin = swapped.end()
    begin += _LEAD.match(words[begin:]).end()  # type: ignore[union-attr]
    end = len(words)
    for mention in reversed(catalogue.mentions(words[begin:])):
        behind = words[begin + mention.end :]
        if _GOES_ON.match(behind):
            counted = _NUMBER_NEXT.match(behind)
            end = begin + mention.end + (counted.end() if counted else 0)
            break
    trimmed = _TAIL.search(words[begin:end])
    return begin, begin + trimmed.start() if trimmed else end


def _guesses(core: str) -> Iterator[_Guess]:
    """Every way to take a number off the front or the back of the words."""
    yield _Guess(core.strip(), 0, "", "", unclear=False, spreads=False)
    for before in (_COUNT_BEFORE, _BARE_BEFORE, _UNIT_BEFORE, _VAGUE_BEFORE):
        if found := before.match(core):
            number = found["n"] or ("一" if before is _UNIT_BEFORE else "")
            yield _Guess(
                core[found.end() :].strip(), found.end(), number, found["u"], before is _VAGUE_BEFORE, spreads=False
            )
    if (found := _COUNT_BEHIND.fullmatch(core)) and _is_count(found):
        yield _Guess(found["name"].strip(), 0, found["n"], found["u"] or "", False, (found["x"] or "").startswith("各"))
    if found := _RANGE_BEHIND.fullmatch(core):
        yield _Guess(found["name"].strip(), 0, "", "", unclear=True, spreads=False)


def _is_count(found: re.Match[str]) -> bool:
    """'手套2' is a number; 'dn15' and '小夜灯一' are names."""
    name, number = found["name"], found["n"]
    return (
        bool(found["u"] or found["x"])
        or number in ("俩", "仨")
        or (number[0].isdigit() and is_chinese(name.rstrip()[-1:]) and len(number) <= 3)
    )


def _item(guess: _Guess, core: str, shown: str, start: int, catalogue: Catalogue) -> Item | None:
    name, articles, score = _resolve(guess.name, catalogue)
    if score == 1 and not _may_be_a_thing(guess, core):
        return None
    if _NOTHING_NAMED.fullmatch(key(guess.name)):
        score = 0
    number = None if guess.unclear or not guess.number else number_of(guess.number)
    unit = guess.unit or None
    place = core.find(guess.name, guess.at) + guess.name.rfind(name) if name else 0
    said = Said(
        name=shown[place : place + len(name)],
        quantity=number,
        unit=unit,
        counted=_counted(core, shown, guess),
        articles=articles,
        article=catalogue.pick(articles, unit),
        words=Words(shown, start),
    )
    return Item(said, score, guess.spreads)


def _counted(core: str, shown: str, guess: _Guess) -> str:
    found = re.search(rf"{re.escape(guess.number)}\s*{re.escape(guess.unit)}", core) if guess.number else None
    return shown[found.start() : found.end()] if found else guess.number + guess.unit


def _resolve(name: str, catalogue: Catalogue) -> tuple[str, tuple[Article, ...], int]:
    """The name to show, the articles it may be, and how sure."""
    number = catalogue.by_number(name)
    if articles := (number,) if number else catalogue.named(name):
        return name, articles, 3
    last = next(iter(reversed(catalogue.mentions(name))), None)
    if last and _SPECIFICATION.fullmatch(name[last.end :]):
        own = name.rpartition("的")[2] if "的" in name[: last.start] else name
        whole = last.start <= 8 and any(map(is_chinese, name))
        return (own if whole else name[last.start :]), last.articles, 2
    short_for = _short_for(name, catalogue)
    return name, short_for, 2 if short_for else 1


def _short_for(name: str, catalogue: Catalogue) -> tuple[Article, ...]:
    """'钥匙' and '台面膜' where the list has one gift whose name ends so and holds these characters in this order."""
    wanted = key(name)
    if len(wanted) < 2 or not is_chinese(wanted[-1]):
        return ()
    found = tuple(a for a in catalogue.gifts if any(_abbreviates(wanted, fold(n)) for n in a.names))
    return found if len(found) == 1 else ()


def _abbreviates(short: str, name: str) -> bool:
    rest = iter(name)
    in_order = len(short) > 2 and name.endswith(short[-1]) and all(character in rest for character in short)
    return name.endswith(short) or in_order


def _may_be_a_thing(guess: _Guess, core: str) -> bool:
    """Whether unknown words look like the name of a thing."""
    name = guess.name.replace("不锈钢", "")
    if _NUMBER_NEXT.fullmatch(name):
        return False
    if guess.unit and not guess.number.isdigit() and core.startswith(guess.unit) and guess.unit not in _SINGLE:
        return False
    if guess.number and not guess.unit and guess.at and not guess.number[0].isdigit():
        return False
    long_enough = 2 <= len(name) <= 12 if any(map(is_chinese, name)) else 3 <= len(name) <= 30
    return long_enough and not _NO_ITEM.search(name) and not re.search(r"[():,;!?]", name)
