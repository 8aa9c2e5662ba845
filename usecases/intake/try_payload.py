"""What a channel's template would read from a payload. Nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.intake.ordering import order_problems
from domain.intake.parse import read
from domain.intake.template import Template, compile_template
from domain.refusals.intake import TEMPLATE_UNKNOWN
from persistence import documents, library
from persistence.catalogue import catalogue
from persistence.tx import Tx
from usecases.door import use_case
from usecases.intake.read_items import reasons_view


@dataclass(frozen=True, slots=True)
class TryPayload:
    """`draft`: read by the template that is being edited instead of the published one."""

    channel: str
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    draft: bool = False


@use_case(right="intake.read")
async def try_payload(tx: Tx, command: TryPayload) -> dict[str, Any]:
    """Answers the meaning, its explanations and what would keep it from being opened.

    Raises TEMPLATE_UNKNOWN, and what reading refuses: PAYLOAD_UNREADABLE, PAYLOAD_NOT_UNDERSTOOD, ...
    """
    template = await _template(tx, command)
    # In a thread: a hostile payload may take a second to read, and others want their answers meanwhile.
    meaning = await asyncio.to_thread(
        read, template, command.body, command.content_type, command.headers, await catalogue(tx)
    )
    problems = order_problems(meaning.content) if meaning.kind == "order" else []
    return {
        "channel": command.channel,
        "template_version": template.version,
        "meaning": meaning.content,
        "external_version": meaning.version,
        "shop": meaning.shop,
        "reasons": reasons_view(list(meaning.review_reasons)),
        "explanations": [explanation.as_json() for explanation in meaning.explanations],
        "problems": [
            {"pointer": problem.pointer, "code": problem.code, "text": problem.detail.as_json()} for problem in problems
        ],
    }


async def _template(tx: Tx, command: TryPayload) -> Template:
    if command.draft:
        draft = await library.read_draft(tx, "intake_template", command.channel)
        if draft is not None:
            return compile_template(draft["body"])
    template = None if command.draft else await documents.intake_template(tx, command.channel)
    if template is None:
        raise TEMPLATE_UNKNOWN(channel=command.channel)
    return template
