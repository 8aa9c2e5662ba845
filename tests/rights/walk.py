"""Ask every operation as everybody, and write down what each was let do; what must not be is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.rights.asking import Example, Identity, Operation, bytes_of
from tests.rights.examples import examples
from tests.rights.people import everybody
from tests.rights.rehearsal import Rehearsal
from tests.rights.stock import EVERYTHING, House

YES = "yes"
REFUSED = {401, 403, 404}
# Written by whoever is refused, too: how often they tried, and when a key was used last.
COUNTED = {"throttle_counters", "throttles", "api_keys", "api_key_secrets"}
# It never ends, so the hub is closed before the walk: whoever may listen is told that there is no room.
NO_ROOM = {"stream": 429}


@dataclass
class Walked:
    """`cells[operation][name]` is yes or the code of the refusal; `findings` are sentences, none where all is well."""

    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    asked: int = 0


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the OpenAPI document."""
    for path, item in document["paths"].items():
        for method, described in item.items():
            yield Operation(described["operationId"], method, path, described)


async def walk(house: House) -> Walked:
    """Every example of every operation by everybody, each undone."""
    people = await everybody(house)
    house.api.parts.hub.close()
    known = examples(house.stock)
    walked = Walked()
    async with Rehearsal(house.api.parts.database).begun() as rehearsal:
        for operation in operations_of(house.api.app.openapi()):
            if operation.id not in known:
                walked.findings.append(_without_example(operation))
                continue
            found = known[operation.id]
            tried = [found] if isinstance(found, Example) else found
            walked.cells[operation.id] = await _row(house, rehearsal, operation, tried, people, walked)
    return walked


def _without_example(operation: Operation) -> str:
    return (
        f"{operation.id} ({operation.method.upper()} {operation.path}) has no example: write one into "
        "tests/rights/examples.py, what it names into tests/rights/stock.py, then `make rights` and look at the diff"
    )


async def _row(
    house: House,
    rehearsal: Rehearsal,
    operation: Operation,
    tried: Sequence[Example],
    people: Sequence[Identity],
    walked: Walked,
) -> dict[str, str]:
    row: dict[str, str] = {}
    for who in people:
        for example in tried:
            answer = await _cell(house, rehearsal, operation, example, who, walked)
            row.setdefault(who.name, _verdict(operation, answer))
            if _must_succeed(operation, who) and not _succeeded(operation, answer):
                walked.findings.append(f"the example of {operation.id} fails for {who.name}: {answer.text[:300]}")
    return row


async def _cell(
    house: House, rehearsal: Rehearsal, operation: Operation, example: Example, who: Identity, walked: Walked
) -> httpx.Response:
    sent = example.sent_to(operation, house.stock)
    sent["headers"] = {**who.headers, **sent["headers"]}
    house.api.bare()
    walked.asked += 1
    async with rehearsal.undone():
        before = {} if operation.safe else await rehearsal.written()
        answer = await house.api.http.request(**sent)
        after = {} if operation.safe else await rehearsal.written()
    place = f"{operation.id} as {who.name}"
    if answer.status_code >= 500:
        walked.findings.append(f"{place}: {answer.status_code} {answer.text[:300]}")
    if answer.status_code in REFUSED and (wrote := _wrote(before, after)):
        walked.findings.append(f"{place} was refused with {answer.status_code} and wrote: {wrote}")
    blob = bytes_of(answer)
    seen = {one.field for one in house.canaries if one.forbidden_to(who) and one.text.encode() in blob}
    if seen:
        walked.findings.append(f"{place} was told {', '.join(sorted(seen))}")
    return answer


def _wrote(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in after.items() if count != before.get(name, 0) and name not in COUNTED}


def _verdict(operation: Operation, answer: httpx.Response) -> str:
    if answer.status_code not in REFUSED or not operation.doors:
        return YES
    code = answer.json()["code"] if answer.headers.get("content-type") == "application/problem+json" else "?"
    return str(code)


def _must_succeed(operation: Operation, who: Identity) -> bool:
    if not operation.doors:
        return who.name == "nobody"
    return who.name == ("customer" if "portal" in operation.doors else EVERYTHING)


def _succeeded(operation: Operation, answer: httpx.Response) -> bool:
    return answer.is_success or answer.status_code == NO_ROOM.get(operation.id)
