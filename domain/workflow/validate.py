"""Whether a workflow's parts fit together: what must be right before it is published, every mistake at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from domain.access.roles import ROLES
from domain.expressions.cel import guard_problems
from domain.expressions.schema import FormSchema
from domain.messages.templates import order_templates
from domain.refusals.kinds import FieldProblem, Refusal
from domain.refusals.workflows import WORKFLOW_INVALID
from domain.text import Language, Text
from domain.workflow import guard_view
from domain.workflow.builtin import builtin_form_schemas
from domain.workflow.document import Stage, Transition, Workflow
from domain.workflow.engine_actions import CANCELLED, ENGINE_ACTIONS
from domain.workflow.graph import reachable, reaching
from domain.workflow.parts import EffectSpec
from domain.workflow.vocabulary import DELIVERABLE_KINDS, listed

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, at a JSON pointer into the document. A warning does not keep it from being published."""

    pointer: str
    code: str
    detail: Text
    severity: Severity = "error"

    def as_json(self, language: Language) -> dict[str, str]:
        """As the editor shows it."""
        shown = {"pointer": self.pointer, "code": self.code, "detail": self.detail.of(language)}
        return {**shown, "severity": self.severity}


@dataclass(frozen=True, slots=True)
class Known:
    """What a factory has besides the document: role keys, kinds of papers, published forms by reference."""

    roles: Collection[str] = field(default_factory=ROLES.keys)
    deliverable_kinds: Collection[str] = field(default_factory=DELIVERABLE_KINDS.keys)
    forms: Mapping[str, FormSchema] = field(default_factory=builtin_form_schemas)


Found = Iterator[Problem]


def check_document(document: Any, known: Known) -> list[Problem]:
    """Problems of shape where there are any, else of meaning; an empty list may be published."""
    try:
        workflow = Workflow.parse(document)
    except Refusal as refusal:
        return [Problem(one.pointer, one.code, one.detail) for one in refusal.fields]
    return validate(workflow, known)


def ensure_valid(workflow: Workflow, known: Known) -> None:
    """Raises WORKFLOW_INVALID with every error; warnings pass."""
    errors = [problem for problem in validate(workflow, known) if problem.severity == "error"]
    if errors:
        fields = [FieldProblem(one.pointer, one.code, one.detail) for one in errors]
        raise WORKFLOW_INVALID(*fields, summary=listed([one.detail for one in errors[:5]]))


def validate(workflow: Workflow, known: Known) -> list[Problem]:
    """Every mistake of meaning, warnings included."""
    found = [
        *_label_problems("/label", workflow.label),
        *_key_problems(workflow),
        *_stage_problems(workflow, known),
        *_transition_problems(workflow, known),
        *_path_problems(workflow),
        *_ambiguities(workflow),
        *_engine_problems(workflow, known),
    ]
    return list(dict.fromkeys(found))


# -- keys and labels ------------------------------------------------------------------------------------------------


def _key_problems(workflow: Workflow) -> Found:
    keys = Counter(stage.key for stage in workflow.stages)
    for index, stage in enumerate(workflow.stages):
        if keys[stage.key] > 1:
            yield _problem(
                f"/stages/{index}/key", "stage_twice", f"阶段“{stage.key}”重复", f"stage '{stage.key}' is there twice"
            )
        if stage.key == CANCELLED.key:
            zh, en = (
                "每个流程自带 cancelled 阶段，不能另行定义",
                "every workflow has the stage cancelled; it cannot be defined",
            )
            yield _problem(f"/stages/{index}/key", "stage_reserved", zh, en)
    if not workflow.stages:
        yield _problem("/stages", "no_stages", "至少要有一个阶段", "there must be at least one stage")
    if workflow.start not in keys:
        yield _problem(
            "/start", "start_unknown", f"没有阶段“{workflow.start}”", f"there is no stage '{workflow.start}'"
        )


def _label_problems(at: str, label: Text | None) -> Found:
    if label is not None and not (label.zh.strip() and label.en.strip()):
        yield _problem(at, "label_missing", "须有中文和英文名称", "needs a name in Chinese and in English")


# -- stages ---------------------------------------------------------------------------------------------------------


def _stage_problems(workflow: Workflow, known: Known) -> Found:
    for index, stage in enumerate(workflow.stages):
        at = f"/stages/{index}"
        yield from _label_problems(f"{at}/label", stage.label)
        yield from _label_problems(f"{at}/customer_label", stage.customer_label)
        yield from _role_problems(f"{at}/role", [stage.role], known)
        yield from _deliverable_problems(at, stage, known)
        yield from _category_problems(at, stage)


def _deliverable_problems(at: str, stage: Stage, known: Known) -> Found:
    kinds = Counter(deliverable.kind for deliverable in stage.deliverables)
    for index, deliverable in enumerate(stage.deliverables):
        place = f"{at}/deliverables/{index}/kind"
        yield from _label_problems(f"{at}/deliverables/{index}/label", deliverable.label)
        if deliverable.kind not in known.deliverable_kinds:
            zh, en = f"没有交付物种类“{deliverable.kind}”", f"there is no kind of paper '{deliverable.kind}'"
            yield _problem(place, "deliverable_unknown", zh, en)
        if kinds[deliverable.kind] > 1:
            yield _problem(place, "deliverable_twice", "同一种交付物写了两次", "the same kind is there twice")
    if stage.final and stage.deliverables:
        zh, en = "终点阶段没有出口，交付物不会被检查", "nothing leaves a final stage, so its papers are never asked for"
        yield _problem(f"{at}/deliverables", "deliverable_unused", zh, en, "warning")


def _category_problems(at: str, stage: Stage) -> Found:
    if stage.category == "cancelled":
        zh, en = (
            "只有自带的 cancelled 阶段属于“已取消”",
            "only the stage cancelled, which every workflow has, is of this category",
        )
        yield _problem(f"{at}/category", "category_reserved", zh, en)
    elif stage.final != (stage.category == "done"):
        zh, en = (
            "终点阶段应属“已完成”，其他阶段不应",
            "a final stage should be of the category done, and no other stage should",
        )
        yield _problem(f"{at}/category", "category_unusual", zh, en, "warning")


def _role_problems(at: str, roles: Iterable[str], known: Known) -> Found:
    for role in roles:
        if role not in known.roles:
            yield _problem(at, "role_unknown", f"没有角色“{role}”", f"there is no role '{role}'")


# -- transitions ----------------------------------------------------------------------------------------------------


def _transition_problems(workflow: Workflow, known: Known) -> Found:
    for index, transition in enumerate(workflow.transitions):
        at = f"/transitions/{index}"
        yield from _end_problems(at, transition, workflow)
        yield from _label_problems(f"{at}/label", transition.label)
        yield from _label_problems(f"{at}/guard_label", transition.guard_label)
        yield from _role_problems(f"{at}/roles", transition.roles, known)
        if not transition.roles:
            yield _problem(f"{at}/roles", "roles_missing", "至少要有一个角色", "needs at least one role")
        yield from _form_problems(f"{at}/form", transition.form, known)
        yield from _guard_problems(f"{at}/guard", transition, known)
        yield from _effect_problems(at, transition.effects, known)


def _end_problems(at: str, transition: Transition, workflow: Workflow) -> Found:
    if transition.action in ENGINE_ACTIONS:
        zh, en = (
            f"“{transition.action}”每个流程都有，不能另行定义",
            f"every workflow has '{transition.action}'; it cannot be defined",
        )
        yield _problem(f"{at}/action", "action_reserved", zh, en)
    for name, key in (("from", transition.from_stage), ("to", transition.to_stage)):
        if not workflow.has_stage(key):
            yield _problem(f"{at}/{name}", "stage_unknown", f"没有阶段“{key}”", f"there is no stage '{key}'")
    if workflow.has_stage(transition.from_stage) and workflow.stage(transition.from_stage).final:
        yield _problem(f"{at}/from", "final_has_exit", "终点阶段不能再有动作", "nothing may lead out of a final stage")


def _form_problems(at: str, form: str | None, known: Known) -> Found:
    if form is not None and form not in known.forms:
        yield _problem(at, "form_unknown", f"没有表单“{form}”", f"there is no form '{form}'")


def _guard_problems(at: str, transition: Transition, known: Known) -> Found:
    if transition.guard is None:
        return
    form = known.forms.get(transition.form) if transition.form is not None else None
    for problem in guard_problems(transition.guard, guard_view.roots(form)):
        yield Problem(at, problem.code, problem.detail)


def _effect_problems(at: str, effects: Iterable[EffectSpec], known: Known) -> Found:
    for index, effect in enumerate(effects):
        place = f"{at}/effects/{index}"
        if effect.kind == "open_task":
            yield from _role_problems(f"{place}/role", [effect.role], known)
            yield from _form_problems(f"{place}/form", effect.form, known)
        if effect.kind == "notify":
            yield from _role_problems(f"{place}/to/role", [effect.to["role"]] if "role" in effect.to else [], known)
            if not effect.channels:
                yield _problem(
                    f"{place}/channels", "channels_missing", "至少要有一个渠道", "needs at least one channel"
                )
            if effect.template not in order_templates():
                zh = f"没有消息模板“{effect.template}”，会用通用文字"
                en = f"there is no message template '{effect.template}'; general words will be sent"
                yield _problem(f"{place}/template", "template_unknown", zh, en, "warning")


# -- paths ----------------------------------------------------------------------------------------------------------


def _path_problems(workflow: Workflow) -> Found:
    if not any(stage.final for stage in workflow.stages):
        yield _problem("/stages", "no_final_stage", "至少要有一个终点阶段", "there must be a final stage")
    onward = [(transition.from_stage, transition.to_stage) for transition in workflow.transitions]
    begun = reachable(onward, [workflow.start])
    ends = reaching(onward, [stage.key for stage in workflow.stages if stage.final] + [CANCELLED.key])
    for index, stage in enumerate(workflow.stages):
        if workflow.has_stage(workflow.start) and stage.key not in begun:
            yield _problem(
                f"/stages/{index}",
                "stage_unreachable",
                f"从起点到不了“{stage.key}”",
                f"'{stage.key}' cannot be reached",
            )
        if not stage.final and stage.key not in ends:
            yield _problem(
                f"/stages/{index}",
                "stage_dead_end",
                f"从“{stage.key}”到不了终点",
                f"no way leads from '{stage.key}' to an end",
            )


def _ambiguities(workflow: Workflow) -> Found:
    """Equal priorities are an error; a way that an earlier one always takes is a warning."""
    before: dict[tuple[str, str], list[Transition]] = {}
    ordered = sorted(enumerate(workflow.transitions), key=lambda pair: pair[1].priority)
    for index, transition in ordered:
        earlier = before.setdefault((transition.from_stage, transition.action), [])
        at = f"/transitions/{index}/priority"
        if any(other.priority == transition.priority for other in earlier):
            zh, en = (
                "同一阶段同一动作的优先级相同，无法判定",
                "another transition of this stage and action has the same priority",
            )
            yield _problem(at, "ambiguous_transition", zh, en)
        elif any(other.guard is None and set(other.roles) >= set(transition.roles) for other in earlier):
            zh, en = "前面的流转没有条件，总会先走", "an earlier transition without a guard is always taken first"
            yield _problem(at, "transition_shadowed", zh, en, "warning")
        earlier.append(transition)


def _engine_problems(workflow: Workflow, known: Known) -> Found:
    for action, said in workflow.engine_actions.items():
        at = f"/engine_actions/{action}"
        yield from _role_problems(f"{at}/roles", said.roles or (), known)
        yield from _effect_problems(at, said.effects, known)


def _problem(at: str, code: str, zh: str, en: str, severity: Severity = "error") -> Problem:
    return Problem(at, code, Text(zh, en), severity)
