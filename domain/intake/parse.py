"""From a channel's payload to its meaning. Pure: the same bytes, template and catalogue always give the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from domain.expressions import values
from domain.expressions.paths import Reader, TooManySteps
from domain.intake.catalogue import Catalogue
from domain.intake.dates import DateSaid, chosen, day_of
from domain.intake.folding import fold
from domain.intake.gifts import Gifts, evidence_of, find_gifts
from domain.intake.hints import read_event, read_failure
from domain.intake.instructions import Known
from domain.intake.meaning import Evidence, Explanation, Meaning
from domain.intake.order_reading import OrderReader
from domain.intake.payload import read_payload
from domain.intake.picking import Picker, Scope
from domain.intake.remarks import Reading, read_remark
from domain.intake.review import Finding, review
from domain.intake.supplement import is_supplement
from domain.intake.template import Template
from domain.refusals.intake import PAYLOAD_NOT_UNDERSTOOD, PAYLOAD_TOO_COMPLEX


def read(
    template: Template, body: bytes, content_type: str, headers: Mapping[str, str], catalogue: Catalogue
) -> Meaning:
    """What the body means.

    `headers` may be in any case; the template decides which of them it looks at. Raises only refusals: BODY_TOO_LARGE,
    PAYLOAD_UNREADABLE, PAYLOAD_NOT_UNDERSTOOD, PAYLOAD_INCOMPLETE, PAYLOAD_TOO_COMPLEX. The body is then kept as failed
    and can be read again after the template is mended.
    """
    tree = read_payload(body, content_type, template.compiled["formats"])
    picker = Picker(Reader(), template.compiled["time_zone"])
    scope: Scope = {
        "body": tree,
        "headers": {name.lower(): value for name, value in headers.items()},
        "maps": template.compiled.get("maps", {}),
    }
    try:
        return _meaning(template, picker, scope, catalogue)
    except TooManySteps:
        raise PAYLOAD_TOO_COMPLEX(reason="its lists are too long for the template's expressions") from None


def _meaning(template: Template, picker: Picker, scope: Scope, catalogue: Catalogue) -> Meaning:
    part = next((p for p in template.compiled["documents"] if picker.holds(p["when"], scope)), None)
    if part is None:
        raise PAYLOAD_NOT_UNDERSTOOD(channel=template.channel)
    inner = picker.let(part.get("let"), scope)
    if "failure" in part:
        return read_failure(template.channel, part["failure"], picker, inner)
    if "event" in part:
        return read_event(template.channel, part["event"], picker, inner)
    return _order(
        template, OrderReader(part["order"], picker, inner, catalogue), part["order"], picker.time_zone, catalogue
    )


def _order(
    template: Template, reader: OrderReader, part: Mapping[str, Any], time_zone: str, catalogue: Catalogue
) -> Meaning:
    content: dict[str, Any] = {
        "kind": "order",
        "action": "",
        "source": template.channel,
        "external_id": reader.external_id(),
        "order_type": template.order_type,
        "source_status": reader.text("source_status"),
        "placed_at": reader.moment("placed_at"),
        "paid_at": reader.moment("paid_at"),
        "customer": reader.customer(),
        "currency": reader.currency or None,
        "lines": reader.lines,
        "discounts": reader.discounts(),
        "fees": reader.fees(),
        "shipping": reader.money("shipping", "0.00"),
        "tax": reader.money("tax", "0.00"),
        "tax_included": reader.tax_included(),
        "total": reader.money("total"),
        "promised_date": None,
        "requested_date": None,
        "customs": None,
        "attachments": [],
        "notes": reader.notes(),
    }
    placed = _placed_day(content["placed_at"], time_zone)
    readings = _readings(reader, content, placed, catalogue)
    gifts = find_gifts(content["lines"], reader.granted(), readings, catalogue)
    content["lines"] = gifts.lines
    findings, explanations = _dates(reader, content, readings, placed)
    content |= _titles(readings, explanations) | reader.extra()
    _suggest(content["lines"], part, catalogue)
    findings += _findings(reader, content, part, readings, gifts, catalogue)
    content["action"] = reader.action(content)
    explanations += [Explanation(f"/lines/{place}", evidence) for place, evidence in gifts.evidence]
    return _finished(reader, content, findings, explanations)


def _finished(
    reader: OrderReader, content: dict[str, Any], findings: Sequence[Finding], explanations: Sequence[Explanation]
) -> Meaning:
    """The meaning with its reasons; what is ignored needs nobody."""
    kept = [] if content["action"] == "ignore" else findings
    content["review_reasons"] = sorted({reason for reason, _ in kept})
    content["needs_review"] = bool(content["review_reasons"])
    told = [*explanations, *(Explanation(f"/review_reasons/{reason}", evidence) for reason, evidence in kept)]
    return Meaning("order", content, reader.version(), reader.text("shop"), (), tuple(dict.fromkeys(told)))


def _placed_day(placed_at: str | None, time_zone: str) -> date | None:
    written = values.day(placed_at, time_zone)
    return date.fromisoformat(written) if written else None


def _readings(
    reader: OrderReader, content: Mapping[str, Any], placed: date | None, catalogue: Catalogue
) -> list[Reading]:
    sold = frozenset(line["sku"] for line in content["lines"] if line["sku"] and Decimal(line["amount"] or 1) > 0)
    remarks = reader.remarks(content["notes"])
    seller = " ".join(remark.text for remark in remarks if remark.side == "seller")
    described = " ".join(f"{line['name']} {' '.join(map(str, line['options'].values()))}" for line in content["lines"])
    customer = content["customer"] or {}
    digits = "".join(filter(str.isdigit, customer.get("phone") or ""))
    known = Known(digits, fold(f"{described} {seller}"))
    return [read_remark(remark, catalogue, sold, placed, known) for remark in remarks]


def _dates(
    reader: OrderReader, content: dict[str, Any], readings: Sequence[Reading], placed: date | None
) -> tuple[list[Finding], list[Explanation]]:
    """Sets the promised and the requested day: the payload's own fields first, then what remarks say."""
    findings: list[Finding] = []
    explanations: list[Explanation] = []
    for name in ("promised_date", "requested_date"):
        written = reader.text(name)
        day, ambiguous = day_of(written, placed) if written else (None, False)
        evidence = Evidence(f"/{name}", written or "")
        if not written:
            day, ambiguous, evidence = _from_remarks(name, readings)
        elif ambiguous:
            content[f"{name}_raw"] = written
        if day:
            content[name] = day.isoformat()
            explanations.append(Explanation(f"/{name}", evidence))
        if ambiguous:
            findings.append(("ambiguous_date", evidence))
    return findings, explanations


def _from_remarks(name: str, readings: Sequence[Reading]) -> tuple[date | None, bool, Evidence]:
    """Sellers promise, buyers wish; a wish that a seller notes down stays a wish."""
    promised = name == "promised_date"
    said = [(date_said, r) for r in readings for date_said in r.dates if _is_promise(date_said, r) == promised]
    best, open_question = chosen((date_said for date_said, _ in said), "ship" if promised else "arrive")
    shown = best or (said[0][0] if said else None)
    source = next((r for date_said, r in said if date_said is shown), None)
    evidence = evidence_of(shown.words, source) if shown and source else Evidence(f"/{name}", "")
    return (best.day if best else None), open_question, evidence


def _is_promise(said: DateSaid, reading: Reading) -> bool:
    return reading.remark.side == "seller" and not said.wished


def _titles(readings: Sequence[Reading], explanations: list[Explanation]) -> dict[str, str]:
    """The invoice's title, where a remark names one."""
    for reading in readings:
        if reading.invoice_title:
            explanations.append(Explanation("/invoice_title", evidence_of(reading.invoice_title, reading)))
            return {"invoice_title": reading.invoice_title.text}
    return {}


def _suggest(lines: Sequence[dict[str, Any]], part: Mapping[str, Any], catalogue: Catalogue) -> None:
    """For a line without a number: the article of its name, or the only one like it, for a person to accept."""
    if not part.get("review", {}).get("suggest_skus"):
        return
    for line in lines:
        article = (
            None
            if line["sku"] or line["is_gift"]
            else catalogue.by_name(line["name"] or "") or catalogue.alike(line["name"] or "")
        )
        if article:
            line["suggested_sku"] = article.sku


def _findings(
    reader: OrderReader,
    content: Mapping[str, Any],
    part: Mapping[str, Any],
    readings: Sequence[Reading],
    gifts: Gifts,
    catalogue: Catalogue,
) -> list[Finding]:
    rules = part.get("review", {})
    asked = [("remark_instruction", evidence_of(words, r)) for r in readings for words in r.instructions]
    own = [(reason, Evidence("template", reason)) for reason in reader.triggers(content)]
    # The sum of a supplement is the whole order's: it is judged when that is known.
    sums = rules.get("sums", True) and not is_supplement(content)
    checked = review(content, catalogue, rules.get("required", ()), sums=sums)
    return [*gifts.reasons, *asked, *own, *checked]
