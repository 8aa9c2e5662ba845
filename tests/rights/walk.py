"""Ask every operation as everybody, and write down what each was let do; what must not be is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from domain.access.fields import FIELDS, closed_to
from domain.access.roles import ROLES
from tests.rights.asking import Canary, Example, Identity, Operation, bytes_of
from tests.rights.examples import examples
from tests.rights.people import everybody
from tests.rights.rehearsal import Rehearsal
from tests.rights.stock import EVERYTHING, NO_ID, House
from tests.rights.writing import ELSEWHERE, OF_OTHER_THINGS, WRITES, Place, body_of, places_of

YES = "yes"
PAST_THE_DOOR = (YES, "field_not_writable")
UNHEARD = ("field_not_writable", "right_missing", "field_invalid", "field_unknown")
REFUSED = {401, 403, 404}
# Written for whoever is refused, too: how often they tried, and when a key or a session was used last.
COUNTED = {"throttle_counters", "api_keys", "api_key_secrets", "portal_sessions", "sessions"}
# Where the example cannot succeed in this house: streams never end, so the hub is closed before the walk and whoever
# may listen is told that there is no room; nobody has a second factor or signs in elsewhere; no ERP is connected, no
# alert raised, nothing delivered to an endpoint, and no order of hers has reached the customer.
INSTEAD = {
    **dict.fromkeys(("stream", "portal_stream"), 429),
    **dict.fromkeys(("renew", "remove", "pull_now", "make_reports", "try_system", "answer_own_survey"), 409),
    **dict.fromkeys(("delete_second_factor", "begin_sso", "end_sso", "add_link", "drop_links"), 404),
    **dict.fromkeys(("get_alert", "acknowledge", "resolve", "get_delivery", "replay_one"), 404),
}
# Of the same form as what is there, and of nothing.
NOTHING: dict[str, Any] = {
    "order_no": "SO999999",
    "code": "WO999999",
    "sku": "NONE",
    "key": "nothing",
    "lot": "L0",
    "sha256": "0" * 64,
    "version": 99,
    "number": 99,
    "n": 99,
}
NOTHING_ASKED = {"number": "WO999999"}
OUTSIDERS = {"limited", "other_customer"}


@dataclass
class Walked:
    """`cells[operation][name]` is yes or the code of the refusal; `findings` are sentences, none where all is well."""

    cells: dict[str, dict[str, str]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    seen: set[Canary] = field(default_factory=set)
    asked: int = 0


@dataclass(frozen=True)
class Walk:
    """The house, who asks in it, and what is written down."""

    house: House
    rehearsal: Rehearsal
    people: Sequence[Identity]
    walked: Walked

    async def ask(self, operation: Operation, example: Example, who: Identity) -> httpx.Response:
        """One request, undone, with all that must never be checked."""
        sent = example.sent_to(operation, self.house.stock)
        sent["headers"] = {**who.headers, **sent["headers"]}
        self.walked.asked += 1
        files = _files(self.house) if example.files else 0
        answer, touched = await self._send(operation, sent)
        wrote = await self._wrote(sent) if touched else {}
        place = f"{operation.id} as {who.name}"
        if answer.status_code >= 500:
            self.walked.findings.append(f"{place}: {answer.status_code} {answer.text[:300]}")
        if wrote:
            self.walked.findings.append(f"{place} was refused with {answer.status_code} and wrote: {wrote}")
        if example.files and answer.status_code in REFUSED and _files(self.house) != files:
            self.walked.findings.append(f"{place} was refused with {answer.status_code} and stored a file")
        self._look_for_canaries(place, answer, who)
        return answer

    async def _send(self, operation: Operation, sent: dict[str, Any]) -> tuple[httpx.Response, bool]:
        """The answer, and whether it was a refusal that touched the database all the same."""
        self.house.api.bare()
        async with self.rehearsal.undone():
            answer = await self.house.api.http.request(**sent)
            refused = not operation.safe and answer.status_code in REFUSED
            return answer, refused and await self.rehearsal.touched()

    async def _wrote(self, sent: dict[str, Any]) -> dict[str, int]:
        """Ask once more, and count rows: a lock alone is no harm."""
        self.house.api.bare()
        async with self.rehearsal.undone():
            before = await self.rehearsal.written()
            await self.house.api.http.request(**sent)
            after = await self.rehearsal.written()
        return {name: count for name, count in after.items() if count != before.get(name, 0) and name not in COUNTED}

    def _look_for_canaries(self, place: str, answer: httpx.Response, who: Identity) -> None:
        blob = bytes_of(answer)
        told = [one for one in self.house.canaries if one.stands_in(blob)]
        self.walked.seen.update(told)
        wrong = sorted({f"{one.owner}'s {one.field}" for one in told if one.forbidden_to(who)})
        if wrong:
            self.walked.findings.append(f"{place} was told {', '.join(wrong)}")


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation of the OpenAPI document."""
    for path, item in document["paths"].items():
        for method, described in item.items():
            yield Operation(described["operationId"], method, path, described)


async def walk(house: House, only: frozenset[str] = frozenset()) -> Walked:
    """Every example of every operation, or of `only` these, by everybody, each undone."""
    people = await everybody(house)
    house.api.parts.hub.close()
    known = examples(house.stock)
    walked = Walked()
    every = {operation.id: operation for operation in operations_of(house.api.app.openapi())}
    operations = {name: operation for name, operation in every.items() if not only or name in only}
    walked.findings += [
        f"tests/rights/examples.py has {name}, which is no operation" for name in known.keys() - every.keys()
    ]
    async with Rehearsal(house.api.parts.database).begun() as rehearsal:
        step = Walk(house, rehearsal, people, walked)
        for operation in operations.values():
            if operation.id not in known:
                walked.findings.append(_without_example(operation))
                continue
            found = known[operation.id]
            walked.cells[operation.id] = await _row(step, operation, [found] if isinstance(found, Example) else found)
        await write_fields(step, operations)
    walked.findings += [] if only else _unseen(house, walked)
    return walked


async def write_fields(step: Walk, operations: Mapping[str, Operation]) -> None:
    """Every field by itself through every operation that the table decides about: refused by name, or let through."""
    schemas = step.house.api.app.openapi()["components"]["schemas"]
    for operation in operations.values():
        places = places_of(body_of(operation, schemas), schemas)
        hideable = sorted({place[-1] for place in places if FIELDS[place[-1]].read is not None})
        if operation.id in WRITES:
            for who in _writers(step, operation):
                for place in _of_the_table(operation, places):
                    await _write(step, operation, place, who)
        elif hideable and operation.id not in ELSEWHERE:
            step.walked.findings.append(
                f"{operation.id} takes {', '.join(hideable)}: let tests/rights/writing.py write them through it, "
                "or say there why the table does not decide about them"
            )


def _of_the_table(operation: Operation, places: Sequence[Place]) -> list[Place]:
    of_orders = operation.id not in OF_OTHER_THINGS
    return [place for place in places if of_orders or FIELDS[place[-1]].read is not None]


def _writers(step: Walk, operation: Operation) -> list[Identity]:
    """Every role, and every key that gets as far as its fields; the others were refused before."""
    verdicts = step.walked.cells[operation.id]
    return [who for who in step.people if who.name in ROLES or (who.is_key and verdicts[who.name] in PAST_THE_DOOR)]


async def _write(step: Walk, operation: Operation, place: Place, who: Identity) -> None:
    """Refused for the operation as a whole, refused by the field's name, or not refused for it."""
    answer = await step.ask(operation, WRITES[operation.id](step.house.stock, place), who)
    told = answer.json() if answer.content else {}
    refused = step.walked.cells[operation.id][who.name]
    if refused not in PAST_THE_DOOR:
        right = told.get("code") == refused
    elif place[-1] in closed_to(who.roles, [place[-1]]):
        pointers = {one["pointer"].rpartition("/")[2] for one in told.get("errors", ())}
        right = told.get("code") == "field_not_writable" and place[-1] in pointers
    else:
        right = told.get("code") not in UNHEARD
    if not right:
        step.walked.findings.append(
            f"{operation.id} as {who.name} writes {'/'.join(place)}: {answer.status_code} {answer.text[:200]}"
        )


def _without_example(operation: Operation) -> str:
    return (
        f"{operation.id} ({operation.method.upper()} {operation.path}) has no example: write one into "
        "tests/rights/examples.py, what it names into tests/rights/stock.py, then `make rights` and look at the diff"
    )


async def _row(step: Walk, operation: Operation, tried: Sequence[Example]) -> dict[str, str]:
    row: dict[str, str] = {}
    for who in step.people:
        for example in tried:
            answer = await step.ask(operation, example, who)
            row.setdefault(who.name, _verdict(operation, answer))
            if _must_succeed(operation, who) and not _succeeded(operation, answer):
                step.walked.findings.append(f"the example of {operation.id} fails for {who.name}: {answer.text[:300]}")
            if who.name in OUTSIDERS and answer.status_code == 404:
                await _nothing_looks_the_same(step, operation, example, who, answer)
    return row


async def _nothing_looks_the_same(
    step: Walk, operation: Operation, example: Example, who: Identity, foreign: httpx.Response
) -> None:
    """What is another's is answered like what is not there, byte for byte."""
    names = [one["name"] for one in operation.described.get("parameters", ()) if one["in"] == "path"]
    nothing = Example(
        **{
            **vars(example),
            "path": {name: NOTHING.get(name, NO_ID) for name in names},
            "query": {name: {**NOTHING, **NOTHING_ASKED}.get(name, value) for name, value in example.query.items()},
        }
    )
    missing = await step.ask(operation, nothing, who)
    if _told(missing) != _told(foreign):
        step.walked.findings.append(
            f"{operation.id} tells {who.name} apart what is another's and what is not there: "
            f"{_told(foreign)} and {_told(missing)}"
        )


def _told(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer but the number of the request and how much of a pace is left."""
    own = ("x-request-id", "ratelimit")
    return (
        answer.status_code,
        answer.content,
        [(name, value) for name, value in answer.headers.items() if not name.startswith(own)],
    )


def _unseen(house: House, walked: Walked) -> list[str]:
    """A canary that nobody was told proves nothing."""
    kinds = {(one.field, one.owner) for one in house.canaries} - {(one.field, one.owner) for one in walked.seen}
    return [
        f"no answer to anybody holds {owner}'s {name}: it is not looked for where it could be" for name, owner in kinds
    ]


def _files(house: House) -> int:
    folder: Path = house.api.parts.settings.data_dir / "blobs"
    return sum(1 for path in folder.glob("*/*/*"))


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
    return answer.is_success or answer.status_code == INSTEAD.get(operation.id)
