"""The `routing` section as the plain rules that routing decides by."""

from __future__ import annotations

from typing import Any

from omscli.base.text import fold
from omscli.routing.rules import FIELDS, ChannelPolicy, Condition, Otherwise, Prices, Rule, Rulebook, Selection, Split
from omscli.settings.models import RulesFile
from omscli.settings.models_routing import (
    CountTests,
    ElseSection,
    KindSelection,
    MoneyTests,
    RoutingSection,
    RuleSection,
    SplitSection,
    TextTests,
    WhenSection,
)
from omscli.settings.section import Section


def as_rulebook(rules: RulesFile) -> Rulebook:
    """All that the file says about deciding. Without a rule, one that lets every location serve."""
    routing = rules.routing or RoutingSection()
    return Rulebook(
        currency=rules.currency,
        rules=tuple(_rule(section) for section in routing.rules) or (Rule("Every order"),),
        prices=Prices(**dict(routing.prices)) if routing.prices else Prices(),
        channels={
            name: ChannelPolicy(name, section.priority, _set(section.stock_from), section.ship_unpaid)
            for name, section in rules.channels.items()
        },
        strategy=routing.strategy,
        min_gain=routing.min_gain,
        effort=routing.effort,
        prove=routing.prove,
        buffer_days=rules.promise.buffer_days if rules.promise else 0,
        rates=dict(rules.currencies),
    )


def as_examples(rules: RulesFile) -> tuple[dict[str, Any], ...]:
    """The examples of all rules, each with the name of its rule; what an example leaves out is not in it."""
    found = [(rule, example) for rule in (rules.routing.rules if rules.routing else ()) for example in rule.examples]
    return tuple({"rule": rule.name} | _given(example) | {"order": _given(example.order)} for rule, example in found)


def _given(section: Section) -> dict[str, Any]:
    """The values of a section that are not left empty; `model_dump` would first build a serializer, which takes longer."""
    return {key: value for key, value in section if value is not None}


def _set(names: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _rule(section: RuleSection) -> Rule:
    return Rule(
        name=section.name,
        conditions=_conditions(section.when) if section.when else (),
        hold=section.hold,
        priority=section.priority,
        only=_selection(section.only),
        avoid=_selection(section.avoid),
        max_km=section.max_km,
        max_days=section.max_days,
        split=_split(section.split),
        keep_safety_stock=section.keep_safety_stock,
        ignore_capacity=section.ignore_capacity,
        rank=section.rank,
        otherwise=_otherwise(section.else_),
    )


def _conditions(when: WhenSection) -> tuple[Condition, ...]:
    found = ((name, getattr(when, name)) for name in FIELDS)
    return tuple(_condition(name, value) for name, value in found if value is not None)


def _condition(name: str, value: Any) -> Condition:
    if isinstance(value, TextTests):
        return Condition(name, none_of=value.not_, globs=value.matches)
    if isinstance(value, CountTests | MoneyTests):
        return Condition(name, none_of=tuple(map(str, value.not_)), over=value.over, under=value.under)
    if isinstance(value, bool):
        return Condition(name, any_of=("true" if value else "false",))
    return Condition(name, any_of=tuple(map(str, value)))


def _selection(section: KindSelection | tuple[str, ...] | None) -> Selection | None:
    if section is None:
        return None
    if isinstance(section, KindSelection):
        return Selection(kinds=frozenset(section.kind))
    return Selection(codes=frozenset(section))


def _split(section: SplitSection | str) -> Split:
    if not isinstance(section, SplitSection):
        return Split(never=True, max_shipments=1) if section == "never" else Split()
    together = section.together
    return Split(
        max_shipments=section.max_shipments,
        min_part_value=section.min_part_value,
        together_skus=frozenset(map(fold, together.sku)) if together else frozenset(),
        together_categories=frozenset(map(fold, together.category)) if together else frozenset(),
    )


def _otherwise(section: ElseSection | str | None) -> Otherwise:
    if section is None:
        return Otherwise()
    if isinstance(section, ElseSection):
        return Otherwise(section.backorder, section.cancel_after_days)
    return Otherwise(section)
