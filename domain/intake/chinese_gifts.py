"""Gifts in Chinese remarks: what '送' and '赠' grant or claim, what they do not, and what is not wanted.

'送' is also delivering: 送货, 送到, 送上楼, 送人, 派送 and their like grant nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from domain.expressions.numerals import CHINESE, NUMBER, UNIT, UNITS, number_of
from domain.intake.catalogue import Article, Catalogue
from domain.intake.clauses import Clause
from domain.intake.items import Item, is_a_service, is_no_goods, item_in
from domain.intake.said import GiftReading, Said, Side, Words

_RELATIVES = (
    "人|别人|他人|外人|礼(?!品|物|包)|朋友|老婆|老公|媳妇|女友|男友|女朋友|男朋友|女儿|儿子|闺女|闺蜜|孩子|小孩|老人|长辈|领导|同事|亲戚|亲友|家人|父母|爸|妈"
    "|爷|奶|外婆|外公|岳|婆|公公|姐|哥|弟|妹|老师|同学|师傅|邻居|丈母|爱人|对象|老家|家里"
)
_OTHERS = rf"(?:给|我|我的|给我|给我的)?(?:{_RELATIVES})"
_THEIR_CUSTOMERS = r"|给?(?:我)?(?:客户|甲方|业主|老板)"
_PLACES = "老地方|工地|家|门|小区|公司|仓库|店|物流|驿站|学校|单位|村|镇|酒店|展厅|指定|楼|现场|自提|代收"
_DELIVERS = (
    rf"货|到|达|上(?![{CHINESE}\d]|个)|下|往|至|去|来(?!{NUMBER}|个)|进|回|修|检|审|快递|顺丰|件(?!套)|单|医|样|不|早|晚|快|慢|得|错|丢|齐"
    rf"|装(?!饰)|完|前|后|之前|之后|的?时候|的?时|过去|过来|出|户|{_PLACES}|{_OTHERS}"
    rf"|{NUMBER}\s*(?:楼|层|栋|号|单元|次(?!性)|趟|批|天|车|点|月|家|公里)"
)
_DELIVERING_BEFORE = "发派配寄运护输接呈奉传转推放目播选断遣递"
_GIVES = {
    "seller": re.compile(rf"赠送的?|赠品|礼品|礼物|赠|(?<![{_DELIVERING_BEFORE}])送的?(?!{_DELIVERS})"),
    "buyer": re.compile(
        rf"赠送的?|赠品|礼品|礼物|赠|(?<![{_DELIVERING_BEFORE}])送的?(?!{_DELIVERS}{_THEIR_CUSTOMERS})"
    ),
}
_EACH = re.compile(r"各\s*(?:赠送|送|赠)?\s*$")
_YES_OR_NO = re.compile(r"(能|可|可以|要|是|会|好|送|有|行)不\1|能否|可否|是否")
_NOT_GIVEN = re.compile(r"(?:不|没有?|无|未|别|勿|无需|不必|不用|取消|停止|无法)(?:再|给|要|能|会|想|用)*$")
_LATER = re.compile(r"下次|下回|下一?单|好评|晒图|晒单|评价后|收货后|确认收货")
_OUT_OF_STOCK = re.compile(r"没货|缺货|没有了?$|不送|不给|取消|用完|断货")

_HEADING = re.compile(r"^(?:备注|留言|注)\s*:")
_ONLY_COUNT = re.compile(
    rf"(?:可以|同意|就|先|只|给|送|放|共|一共|总共|各)*\s*(?P<n>{NUMBER})\s*(?P<u>[{UNITS}])(?:吧|即可|就行|就好|就可以)?"
)
_NONE_GIVEN = re.compile(r"无|没|不|已|同上")

_PROMISE = re.compile(
    r"说好|说过|说[^,。]{0,6}(?:会|要|有|送|给|能)|说是|说的|答应|承诺|许诺|允诺|讲好|谈好|约定|保证|应该有|活动有|不是有|少不了"
)
_REMIND = re.compile(r"记得|别忘|不要忘|勿忘|别漏|不要漏|勿漏|别落|不要落|别少|不要少")
_WISH = re.compile(r"希望|想要|想|求|要(?!是|不)|能不能|可不可以|可否|能否|可以|能|麻烦|请|帮|给|来|多|搭|顺便|[赠送]")
_PUTS = re.compile(r"给|多给|来|加|带|附|放|塞|配|装|寄|发|拿|补|搭|含|随|有|要|换")
_WEAK = re.compile(
    r"(?:带上|附上|放上|加上|装上|配上|说好|说过|说会|说要|说有|说送|说是|说的|答应|承诺|许诺|允诺|讲好|谈好|约定|保证|记得|别忘了?|不要忘了?|勿忘|别漏了?|不要漏了?|希望|想要|求|要|能|给"
    r"|来|加|带|附|放|塞|配|装|寄|发|拿|补|搭|含|随货|随单|有|一起|的|了|会|过|再|多|另|个?人)+"
)
_PAID = re.compile(r"买|拍了|加购|付了|付款|订(?!单)|单独拍")
_COMPLAINS = re.compile(r"坏|破|少了|缺了|没收到|没有收到|漏发|不亮|质量|上次|上一?单|之前那")
_REFUSES = r"(?:不要|不用|不需要|不必|无需|别|勿)"
_NOT_FORGET = r"(?!忘|漏|少|丢|落|坏|破|碎|错|弄|压|太)"
_DECLINED_AFTER = re.compile(
    rf"(?:就|都|什么的|啥的|也|真的|我|们|,|\s)*(?:{_REFUSES}{_NOT_FORGET}(?:再|给我?|帮我)?(?:寄|发|送|放|拿|装|附|带|来|给)?(?:了|啦|哈|哦|过来|谢谢)*\s*$"
    r"|免了|算了|省了|就免|请取消|取消)"
)
_DECLINED_BEFORE = re.compile(
    rf"(?:{_REFUSES}{_NOT_FORGET}|取消|免)(?:再|给我?|帮我?)?(?:寄|发|送|放|拿|装|附|带|赠)*(?:了)?(?:任何|什么|那些|那个|这个|的|这些)*\s*$"
)
_GIFT_WORD = re.compile(r"赠送的\S{0,8}|送的\S{0,8}?(?=就|都|不|别|也|免|算|取消|$)|赠品|礼品|礼物|小礼品|小礼物")
_LIST = 200
"""Characters of one list of gifts."""
_JOINTS = 8
"""Places in one part of a list where a split is tried."""
_PARTS = re.compile(r"[、+&/]|以及|还有|外加|加上|另加")
_SOFT = re.compile(rf"和|与|跟|及|\s+(?!(?:[x*]|各)?\s*{NUMBER}\s*{UNIT}?\s*(?:\s|$))")


@dataclass
class _Found:
    named: list[Said] = field(default_factory=list)
    vague: Words | None = None
    declined: Words | None = None
    unread: Words | None = None
    spent: set[int] = field(default_factory=set)


def read_chinese(clauses: Sequence[Clause], side: Side, catalogue: Catalogue, sold: frozenset[str]) -> GiftReading:
    """What the clauses say about gifts. `sold`: numbers of the articles that the order sells at a price."""
    found = _Found()
    listing = False
    for clause in clauses:
        counted = listing and _counts_the_last(clause, found)
        listing = counted or _read_clause(clause, side, catalogue, sold, found, listing=listing)
    return GiftReading(tuple(found.named), found.vague, found.declined, found.unread, frozenset(found.spent))


def _read_clause(
    clause: Clause, side: Side, catalogue: Catalogue, sold: frozenset[str], found: _Found, *, listing: bool
) -> bool:
    """Reads one clause into `found`; True where the next clause may go on listing gifts."""
    if _declines(clause, catalogue):
        found.declined = found.declined or _words(clause)
        found.spent.add(clause.start)
        return False
    if _GIVES[side].search(clause.words):
        given = _given(clause, side)
        return given is not None and _grant(clause, given, side, catalogue, found)
    items = _mentioned(clause, side, catalogue, sold)
    if not items and listing and clause.mark != "?":
        items = _listed(clause, catalogue)
    if items:
        found.named.extend(item.said for item in items)
        found.spent.add(clause.start)
    return bool(items)


def _counts_the_last(clause: Clause, found: _Found) -> bool:
    """'送小夜灯, 2个': the number of the gift before, in a clause of its own."""
    counted = _ONLY_COUNT.fullmatch(clause.words)
    if not counted or not found.named or found.named[-1].counted:
        return False
    shown = clause.shown[counted.start("n") : counted.end("u")]
    found.named[-1] = _with_count(found.named[-1], counted, shown)
    found.spent.add(clause.start)
    return True


def _declines(clause: Clause, catalogue: Catalogue) -> bool:
    """'赠品不用寄了', '不要赠品', '小夜灯不要了', '别送杯子'."""
    words = clause.words
    places = [(found.start(), found.end()) for found in _GIFT_WORD.finditer(words)]
    places += [(m.start, m.end) for m in catalogue.mentions(words) if any(article.gift for article in m.articles)]
    return any(_DECLINED_AFTER.match(words[end:]) or _DECLINED_BEFORE.search(words[:start]) for start, end in places)


def _given(clause: Clause, side: Side) -> int | None:
    """Where the words of a grant or claim begin, behind the last '送' that gives; None where none does."""
    triggers = list(_GIVES[side].finditer(clause.words))
    if not triggers:
        return None
    first = triggers[0]
    before = _YES_OR_NO.sub(lambda m: " " * len(m.group()), clause.words[: first.start()])
    if _NOT_GIVEN.search(before) and not _YES_OR_NO.search(clause.words[: first.end()]):
        return None
    end = first.end()
    for nearby in triggers[1:]:
        if re.fullmatch(r"[\s:的有是:]*", clause.words[end : nearby.start()]):
            end = nearby.end()
    return end


def _grant(clause: Clause, begin: int, side: Side, catalogue: Catalogue, found: _Found) -> bool:
    """Reads the words behind '送'; where they name nothing, looks before it ('小夜灯是送的吧')."""
    words, spread = clause.words, _EACH.search(clause.words[:begin])
    if _LATER.search(words):
        found.unread = found.unread or _words(clause)
        found.spent.add(clause.start)
        return False
    behind = words[begin:]
    if is_no_goods(behind.strip()) and not catalogue.mentions(behind):
        found.unread = found.unread or (_words(clause) if is_a_service(behind) and side == "seller" else None)
        return False
    items = _items(clause, begin, len(words), catalogue, every=bool(spread))
    named = [item.said for item in items if not item.names_nothing]
    if not named and not items:
        named = _named_before(clause, side, behind, catalogue)
    if "每" in words[:begin]:
        named = [replace(said, quantity=None, counted="") for said in named]
    found.named.extend(named)
    if not named:
        _keep_vague(clause, items, side, found)
    found.spent.add(clause.start)
    return bool(named) or not behind.strip(" :的")


def _named_before(clause: Clause, side: Side, behind: str, catalogue: Catalogue) -> list[Said]:
    """'小夜灯是送的吧', '台面膜送3张'."""
    counted = _ONLY_COUNT.fullmatch(behind.strip())
    known = [i.said for i in _items(clause, 0, _trigger_at(clause, side), catalogue) if i.score >= 2]
    return [_with_count(said, counted, counted.group()) if counted and not said.counted else said for said in known]


def _with_count(said: Said, counted: re.Match[str], shown: str) -> Said:
    return replace(said, quantity=number_of(counted["n"]), unit=counted["u"], counted=shown)


def _keep_vague(clause: Clause, items: Sequence[Item], side: Side, found: _Found) -> None:
    """A seller's gift without a name is granted all the same; a buyer's counts only where a promise is claimed."""
    words = clause.words
    if side == "buyer":
        if _PROMISE.search(words) or _REMIND.search(words) or re.search(r"呢\s*$", words):
            found.vague = found.vague or _words(clause)
    elif items:
        found.vague = found.vague or items[0].said.words
    elif "赠" in words and not _NONE_GIVEN.search(words):
        found.unread = found.unread or _words(clause)


def _trigger_at(clause: Clause, side: Side) -> int:
    first = _GIVES[side].search(clause.words)
    return first.start() if first else 0


def _mentioned(clause: Clause, side: Side, catalogue: Catalogue, sold: frozenset[str]) -> list[Item]:
    """Gifts without '送': '记得放小夜灯', '客服说有马克杯', a bare '手套2双' in the seller's memo."""
    words = clause.words
    mentions = [m for m in catalogue.mentions(words) if _may_be_given(m.articles, sold, promised=_promised(words))]
    if not mentions or _PAID.search(words) or _OUT_OF_STOCK.search(words) or _COMPLAINS.search(words):
        return []
    first = mentions[0].start
    before, behind = words[:first], words[mentions[-1].end :]
    if _NOT_GIVEN.search(_YES_OR_NO.sub("", re.sub(_REMIND, "", before))):
        return []
    asked = _asks(before, behind, side)
    lead = next(iter(reversed(list(_WEAK.finditer(before)))), None)
    begin = lead.end() if lead and asked else 0
    items = [item for item in _items(clause, begin, len(words), catalogue) if item.said.articles]
    bare = bool(items) and begin == 0 and all(item.score >= 2 for item in items) and _covers(items, words)
    if asked or (bare and (side == "seller" or items[0].said.counted)):
        return items
    return []


def _promised(words: str) -> bool:
    return bool(_PROMISE.search(words))


def _may_be_given(articles: Sequence[Article], sold: frozenset[str], *, promised: bool) -> bool:
    """Gift articles; other articles where a promise is spoken of; never, without '送', what the order sells."""
    return any((article.gift or promised) and article.sku not in sold for article in articles)


def _asks(before: str, behind: str, side: Side) -> bool:
    if side == "seller":
        return bool(_PUTS.search(before))
    told = _PROMISE.search(before) or _REMIND.search(before) or _REMIND.search(behind) or _PROMISE.search(behind)
    return (
        bool(told)
        or bool(_WISH.search(before) and _PUTS.search(before))
        or bool(re.match(r"\s*(?:呢|(?:一定|也|都|还)*要(?:有|$)|有吗|一起|一并|随货)", behind))
    )


def _covers(items: Sequence[Item], words: str) -> bool:
    """Whether the items are nearly all that the clause says."""
    return sum(len(item.said.words.text) for item in items) >= len(_HEADING.sub("", words).strip()) - 2


def _listed(clause: Clause, catalogue: Catalogue) -> list[Item]:
    """A list that goes on after a comma: known articles, or an unknown thing with its number and nothing else."""
    items = _items(clause, 0, len(clause.words), catalogue)
    if not items or not _covers(items, clause.words) or _OUT_OF_STOCK.search(clause.words):
        return []
    return items if all(item.said.articles or item.said.unit for item in items) and items[0].score >= 1 else []


def _items(clause: Clause, begin: int, end: int, catalogue: Catalogue, *, every: bool = False) -> list[Item]:
    """The things between two places of the clause, split at list marks; 'each two' counts for all of them."""
    end = min(end, begin + _LIST)
    found = [item for part in _split(clause.words, begin, end) if (item := _best(clause, part, catalogue))]
    items = [item for group in found for item in group]
    spreading = next(
        (i.said for i in items if i.spreads), items[0].said if every and items and items[0].said.counted else None
    )
    return [_with_number(item, spreading) for item in items] if spreading else items


def _split(words: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    start = begin
    for found in [*_PARTS.finditer(words, begin, end), None]:
        stop = end if found is None else found.start()
        if words[start:stop].strip():
            yield start, stop
        start = end if found is None else found.end()


def _best(clause: Clause, part: tuple[int, int], catalogue: Catalogue) -> list[Item]:
    """One thing, or the things around '和' or a blank where each side is one."""
    begin, end = part
    whole = item_in(clause.words[begin:end], clause.shown[begin:end], clause.start + begin, catalogue)
    for found in islice(_SOFT.finditer(clause.words, begin + 1, end), _JOINTS):
        left, right = (begin, found.start()), (found.end(), end)
        halves = [item_in(clause.words[a:b], clause.shown[a:b], clause.start + a, catalogue) for a, b in (left, right)]
        if all(half and _stands_alone(half) for half in halves):
            return [*_best(clause, left, catalogue), *_best(clause, right, catalogue)]
    return [whole] if whole else []


def _stands_alone(item: Item) -> bool:
    return item.score >= 2 or (item.score == 1 and bool(item.said.unit))


def _with_number(item: Item, source: Said) -> Item:
    if item.said.counted:
        return item
    return Item(replace(item.said, quantity=source.quantity, unit=source.unit, counted=source.counted), item.score)


def _words(clause: Clause) -> Words:
    return Words(clause.shown, clause.start)
