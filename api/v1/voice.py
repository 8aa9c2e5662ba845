"""What was said, as commands that a person confirms. Nothing is posted here."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from api.actor import TheActor, TheDoor
from api.route import router
from api.v1.types import BothLanguages, NotNegative, SafeText, Sent, Shown
from usecases.floor.hear_speech import HearSpeech, hear_speech

routes = router("floor")

Words = Annotated[SafeText, Field(min_length=1, max_length=500, examples=["出库50件A03型号"])]
Value = Annotated[SafeText, Field(max_length=200)]
Amount = Annotated[int, Strict(), Field(ge=0, le=10**9)] | NotNegative
Action = Literal[
    "issue_stock",
    "receive_stock",
    "transfer_stock",
    "count_stock",
    "report_completion",
    "start_operation",
    "pause_operation",
    "resume_operation",
    "report_breakdown",
    "report_shortage",
    "qc_pass",
    "qc_fail",
    "rework",
    "handover_operation",
    "load_vehicle",
    "dispatch_vehicle",
    "report_arrival",
    "confirm_delivery",
    "add_note",
    "query_stock",
    "query_order",
    "undo_last",
    "confirm",
    "cancel",
    "unknown",
]


class VoiceCommand(Sent):
    """A command. `needs` names what has to be asked, `alternatives` what may have been meant; unsaid slots are absent.

    Whole quantities are numbers, fractions are text.
    """

    action: Action
    sku: Value | None = None
    quantity: Amount | None = None
    good_qty: Amount | None = None
    scrap_qty: Amount | None = None
    unit: Value | None = None
    location: Value | None = None
    from_location: Value | None = None
    to_location: Value | None = None
    operation: Value | None = None
    next_operation: Value | None = None
    machine: Value | None = None
    symptom: Value | None = None
    defect: Value | None = None
    order: Value | None = None
    plate: Value | None = None
    customer: Value | None = None
    due: (
        Annotated[Value, Field(description="A day, or a day and a time: 2026-03-12T15:00, the factory's own")] | None
    ) = None
    note: Value | None = None
    needs: Annotated[list[Value], Field(max_length=20)] | None = None
    alternatives: dict[Value, Annotated[list[Value], Field(max_length=20)]] | None = None


class VoiceContext(Sent):
    """What the phone shows: commands that wait for a yes, so that '不对，六十' changes them."""

    commands: Annotated[list[VoiceCommand], Field(max_length=20)] = []  # noqa: RUF012 - pydantic copies it


class VoiceIn(Sent):
    """`text`, or `alternatives` of the recogniser, the likeliest first, which then vote."""

    text: Words | None = None
    alternatives: Annotated[list[Words], Field(min_length=1, max_length=10)] | None = None
    context: VoiceContext | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.alternatives is None):
            raise PydanticCustomError("text_or_alternatives", "either text or alternatives")
        return self


class CardLine(Shown):
    """A slot of the command, for people."""

    label: BothLanguages
    value: str


class CardChoice(Shown):
    """One article that may have been meant."""

    value: str
    label: str


class VoiceCard(Shown):
    """What to show and to speak; `question` is the first thing that has to be asked, null where nothing has."""

    title: BothLanguages
    lines: list[CardLine]
    spoken: BothLanguages
    question: BothLanguages | None
    choices: list[CardChoice]


class VoiceOut(Shown):
    """A card for each command. `confidence`: 0 to 1, that the whole list is right."""

    commands: list[VoiceCommand]
    confidence: float
    cards: list[VoiceCard]


@routes.post("/voice/parse", response_model=VoiceOut)
async def parse_voice(body: VoiceIn, actor: TheActor, door: TheDoor) -> Any:
    """Understand a sentence. A quantity that was vague, missing or garbled is asked for, never guessed."""
    shown = body.context.commands if body.context else []
    asked = HearSpeech(
        alternatives=[body.text] if body.text is not None else body.alternatives or [],
        shown=[command.model_dump(exclude_none=True) for command in shown],
    )
    return await door.read(actor, hear_speech, asked)
