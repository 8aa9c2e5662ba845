"""What is said about what was said: yes, no, take it back; and notes, whose words are taken as they are."""

from __future__ import annotations

from domain.floor.speech.clean import says_nothing
from domain.floor.speech.commands import Command
from domain.floor.speech.folding import Folded
from domain.floor.speech.tokens import Token

_OF_CONTROLS = ("yes", "withdraw", "undo", "last", "fix", "glue", "not", "never", "due")
_LEADING = " ，。、；：,.;:!?说写一下是为"


def control_of(tokens: list[Token]) -> str | None:
    """confirm, cancel or undo_last, where the whole sentence is nothing else."""
    said = [token for token in tokens if not token.has("mark")]
    if _agrees_to_deed(said):
        return "confirm"
    if any(not token.has(*_OF_CONTROLS) for token in said):
        return "undo_last" if _undoes(said) else None
    telling = [token for token in said if not says_nothing(token) or token.has("yes")]
    if any(token.has("undo") for token in telling):
        return "undo_last"
    if any(token.has("withdraw") for token in telling):
        return "undo_last" if any(token.has("last") for token in telling) else "cancel"
    if any(token.has("fix") for token in telling):
        return "undo_last"
    return _yes_or_no(telling, sum(token.end - token.start for token in said))


def _agrees_to_deed(said: list[Token]) -> bool:
    """'确认出库': yes, with the deed named again and nothing else."""
    if len(said) < 2 or not said[0].has("yes") or (said[0].has("glue") and said[0].end - said[0].start == 1):
        return False
    return all(token.has("verb") and not token.has("weak") for token in said[1:])


def _yes_or_no(telling: list[Token], said: int) -> str | None:
    if telling and all(token.has("not") for token in telling):
        return "cancel"
    if any(token.has("never", "not") for token in telling[:1]) and any(token.has("yes") for token in telling):
        return "cancel"
    if any(token.has("never", "not", "last") for token in telling):
        return None
    sure = any(token.has("yes") and (token.end - token.start > 1 or not token.has("glue")) for token in telling)
    lone = len(telling) == 1 and telling[0].has("yes") and said < 4
    return "confirm" if sure or lone else None


def withdrawn(tokens: list[Token]) -> bool:
    """Whether the sentence ends by taking itself back: 出库50件A03，算了不出了."""
    said = [t for t in tokens if not t.has("mark") and not (says_nothing(t) and not t.has("withdraw"))]
    if not said or not said[-1].has("withdraw", "fix") or not any(t.has("verb", "sku", "quantity") for t in said[:-1]):
        return False
    clause: list[Token] = []
    for token in reversed(tokens):
        if token.has("mark") and clause:
            break
        if not token.has("mark"):
            clause.append(token)
    return not any(t.has("sku", "quantity") for t in clause)


def _undoes(said: list[Token]) -> bool:
    """'刚才录的那条撤销': a word for taking back beside one for what was last."""
    takes_back = any(t.has("undo") for t in said)
    names_something = any(t.has("sku", "quantity", "order", "plate", "machine") for t in said)
    return (
        takes_back and not names_something and len(said) <= 6 and (any(t.has("last") for t in said) or len(said) <= 2)
    )


def note_in(tokens: list[Token], folded: Folded) -> tuple[list[Token], Command] | None:
    """A note, and the tokens of what was said before it: the words behind 备注, without the order's number."""
    place = next((i for i, t in enumerate(tokens) if t.get("verb") == "add_note"), None)
    if place is None:
        return None
    order = _order_near(tokens, place)
    start = tokens[place].end
    after = [t for t in tokens[place + 1 :] if not t.has("mark", "to")]
    if after and order is after[0]:
        start = after[0].end
    words = _bare(folded.words(start, len(folded.text)))
    if not words and not any(t.has("verb") and not t.has("weak", "glue") for t in tokens[:place]):
        words = _bare(folded.words(_after_order(tokens, place, order), tokens[place].start))
        tokens, place = [], 0
    command: Command = {"action": "add_note"}
    if order is not None and order.get("order"):
        command["order"] = order.get("order")
    elif bare := _bare_number(tokens[:place]):
        command["order"] = bare
    if words:
        command["note"] = words
    needs = [slot for slot in ("order", "note") if slot not in command]
    if needs:
        command["needs"] = needs
    return _said_before(tokens[:place], order), command


def _bare_number(tokens: list[Token]) -> str | None:
    """'1024备注，加急': a number alone before the word."""
    said = tokens[0].quantity if len(tokens) == 1 else None
    if said is None or said.unit is not None or said.value is None or said.value < 100:
        return None
    return str(said.value)


def _after_order(tokens: list[Token], place: int, order: Token | None) -> int:
    """Where the words of a note begin that is said before 备注: 要贴标签，备注到1031号单."""
    return order.end if order is not None and order in tokens[:place] else 0


def _order_near(tokens: list[Token], place: int) -> Token | None:
    before = next((t for t in reversed(tokens[:place]) if t.has("order")), None)
    behind = next((t for t in tokens[place + 1 : place + 3] if t.has("order")), None)
    return behind or before


def _said_before(tokens: list[Token], order: Token | None) -> list[Token]:
    """What was said before the note, when it was a command of its own."""
    if not any(t.has("verb") and not t.has("glue") for t in tokens):
        return []
    if tokens and order is tokens[-1]:
        return tokens[:-1]
    return tokens


def _bare(words: str) -> str:
    return words.strip().lstrip(_LEADING).strip().rstrip("。.，, ")
