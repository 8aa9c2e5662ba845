"""When something is to happen, counted from now: 明天下午三点前, 下周一早上八点, 15号上午九点, 月底前, 两小时后."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from domain.floor.speech.numbers import number_of

_N = r"[\d零一二三四五六七八九十两]{1,3}"
_DAYS = {
    **dict.fromkeys(("今天", "今日", "今儿", "今"), 0),
    **dict.fromkeys(("明天", "明日", "明儿", "明"), 1),
    **dict.fromkeys(("后天", "后日"), 2),
    "大后天": 3,
}
_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5}
_PARTS_OF_DAY = {
    **dict.fromkeys(("早上", "早晨", "上午", "凌晨", "一早", "清早", "早"), "morning"),
    **dict.fromkeys(("中午", "正午"), "noon"),
    **dict.fromkeys(("下午", "午后", "傍晚"), "afternoon"),
    **dict.fromkeys(("晚上", "夜里", "晚间", "今晚", "晚"), "evening"),
}
_PART = "|".join(sorted(_PARTS_OF_DAY, key=len, reverse=True))
_DAY = (
    r"(?P<named>大后天|今天|今日|今儿|明天|明日|明儿|后天|后日|今(?=晚|早)|明(?=晚|早))"
    r"|(?P<weeks>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])"
    rf"|(?:(?P<next>下个?|这个?|本)?月|(?P<month>{_N})月份?)(?P<dom>{_N})[号日]"
    rf"|(?P<alone>{_N})[号日](?=[上下早中晚凌](?:午|上|晨)|{_N}点|之?前|以前|出库|入库"
    r"|发|开|装|要|送|把|给|领|移|收|返|到货|返工)"
    r"|(?P<which>下个?|这个?|本)?月(?P<edge>底|末|初)"
)
_TIME = rf"(?P<part>{_PART})?(?:(?P<hour>{_N})(?:点钟?|:|时)(?P<minute>半|一刻|三刻|{_N}分?|整)?)"
_ON_A_DAY = rf"(?:{_DAY})(?:的)?(?:{_TIME}|(?P<loose>{_PART}))?"
_WHEN = re.compile(rf"(?:{_ON_A_DAY}|{_TIME.replace('P<', 'P<t')}|(?P<only>{_PART}))(?:之前|以前|前)?")
_LATER = re.compile(
    rf"(?:(?P<half>半)个?小时|(?P<count>{_N})个?(?P<unit>小时|钟头|分钟|天)(?P<and>半)?)(?:之后|以后|后)"
)
_PAST = re.compile(r"昨天|昨日|昨晚|前天|上周|上个?月")


def whens(text: str, now: datetime) -> Iterator[tuple[int, int, str | None]]:
    """Every time that the text names: (start, end, ISO date or minute). None: a time, but none to plan by."""
    for found in _WHEN.finditer(text):
        yield found.start(), found.end(), _due(found, now)
    for found in _LATER.finditer(text):
        yield found.start(), found.end(), _later(found, now)
    for found in _PAST.finditer(text):
        yield found.start(), found.end(), None


def _later(found: re.Match[str], now: datetime) -> str | None:
    count = 0.5 if found["half"] else float(_int(found["count"]) or 0) + (0.5 if found["and"] else 0)
    if found["unit"] == "天":
        return (now + timedelta(days=count)).date().isoformat()
    minutes = count if found["unit"] == "分钟" else count * 60
    return _minute(now + timedelta(minutes=minutes))


def _due(found: re.Match[str], now: datetime) -> str | None:
    group = {name.removeprefix("t"): value for name, value in found.groupdict().items() if value}
    day = _day(group, now.date())
    if day is None:
        return None
    hour = _hour(group, now, today=day == now.date() and "named" not in group)
    if "hour" not in group:
        past = _PARTS_OF_DAY.get(group.get("only", "")) == "morning"
        return None if past else day.isoformat()
    minute = _minutes(group.get("minute"))
    if hour is None or minute is None or not 0 <= hour <= 24:
        return None
    return _minute(datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute))  # noqa: DTZ001


def _day(group: dict[str, str], today: date) -> date | None:
    if "named" in group:
        return today + timedelta(days=_DAYS[group["named"]])
    if "weekday" in group:
        return _weekday(group["weekday"], group.get("weeks", ""), today)
    if "edge" in group:
        return _edge(group["edge"], group.get("which", ""), today)
    if "dom" in group:
        return _day_of_month(group.get("month"), group.get("next", ""), group["dom"], today)
    if "alone" in group:
        return _day_of_month(None, "", group["alone"], today)
    return today


def _weekday(name: str, weeks: str, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    ahead = {"下": 1, "下下": 2}.get(weeks, 0)
    day = monday + timedelta(days=_WEEKDAYS[name], weeks=ahead)
    return day + timedelta(weeks=1) if not weeks and day < today else day


def _edge(edge: str, which: str, today: date) -> date:
    first = _first_of_next(today) if which.startswith("下") else today.replace(day=1)
    if edge == "初":
        return first if first >= today else _first_of_next(today)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def _first_of_next(today: date) -> date:
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)


def _day_of_month(month: str | None, which: str, day: str, today: date) -> date | None:
    first = _first_of_next(today) if which.startswith("下") else today.replace(day=1)
    wanted, number = _int(day), _int(month) if month else first.month
    if wanted is None or number is None or not 1 <= number <= 12:
        return None
    year = first.year + (1 if month and number < today.month else 0)
    if not 1 <= wanted <= calendar.monthrange(year, number)[1]:
        return None
    found = date(year, number, wanted)
    if month is None and not which and found < today:
        following = _first_of_next(today)
        return _day_of_month(None, "下", day, today) if wanted <= 28 else following.replace(day=28)
    return found


def _hour(group: dict[str, str], now: datetime, *, today: bool) -> int | None:
    """The hour of the day; without a part of the day the next one to come, today in working hours."""
    hour = _int(group.get("hour"))
    part = _PARTS_OF_DAY.get(group.get("part", ""))
    if hour is None:
        return None
    if part in ("afternoon", "evening") and hour < 12:
        return hour + 12
    if part == "evening" and hour == 12:
        return 24
    if part == "noon" and hour < 6:
        return hour + 12
    if part is None and hour < 12 and (hour < 7 or (today and hour <= now.hour)):
        return hour + 12
    return hour


def _minutes(said: str | None) -> int | None:
    if said is None or said == "整":
        return 0
    return {"半": 30, "一刻": 15, "三刻": 45}.get(said) or _int(said.removesuffix("分"))


def _int(said: str | None) -> int | None:
    value = number_of(said) if said else None
    return int(value) if value is not None else None


def _minute(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M")
