"""Remarks on the routing rules: those that never decide, and those that leave no place."""

from __future__ import annotations

from fnmatch import fnmatchcase

from omscli.base.text import fold
from omscli.routing.rules import Condition, Rule
from omscli.settings.check_places import ships
from omscli.settings.finding import Finding, warning
from omscli.settings.settings import Settings
from omscli.settings.yaml_text import Document, Path

_MANY_VALUED = ("sku", "category", "tag", "service", "pickup")  # an order has several values; one that fits is enough
_AT_LEAST = {"lines": 1, "units": 1, "total": 0, "weight_g": 0}


def rule_findings(settings: Settings, document: Document) -> list[Finding]:
    """Rules that never decide, rules without a place, and orders without a rule."""
    rules = settings.rulebook.rules
    found = []
    for at, rule in enumerate(rules):
        path: Path = ("routing", "rules", at)
        for condition in rule.conditions:
            if _is_impossible(condition):
                text = f"rule '{rule.name}' never matches: no order has such a value of '{condition.field}'"
                found.append(warning(document, (*path, "when", condition.field), text, "correct the condition, or remove the rule"))
        above = next((other for other in rules[:at] if _takes_all_of(other, rule)), None)
        if above:
            text = f"rule '{rule.name}' never decides: rule '{above.name}' above it takes all its orders"
            hint = f"move it above '{above.name}', or write `else: next` there"
            found.append(warning(document, path, text, hint))
        found += _place_findings(rule, settings, document, path)
    if all(rule.conditions for rule in rules):
        text = "orders that fit no rule stay where they are: every rule has a `when`"
        found.append(warning(document, ("routing", "rules", len(rules) - 1), text, "end with a rule without `when`"))
    return found


def _place_findings(rule: Rule, settings: Settings, document: Document, path: Path) -> list[Finding]:
    if rule.hold or not settings.locations:
        return []
    left = [
        place
        for place in settings.locations.values()
        if (ships(place) or place.pickup)
        and not (rule.only and not rule.only.has(place.code, place.kind))
        and not (rule.avoid and rule.avoid.has(place.code, place.kind))
    ]
    if not left:
        return [warning(document, path, f"rule '{rule.name}' leaves no location that could serve", "look at its `only` and `avoid`")]
    if "unfilled" not in rule.rank and not settings.rulebook.prices.unfilled_unit and len(left) > 1:
        text = f"rule '{rule.name}' may choose a place that lacks the goods: it does not rank by 'unfilled'"
        return [warning(document, (*path, "rank"), text, "rank by `unfilled` first, or give `prices: unfilled_unit` a value")]
    return []


def _is_impossible(condition: Condition) -> bool:
    """Whether no order can fit a condition on a number."""
    least = _AT_LEAST.get(condition.field)
    if least is None:
        return False
    if condition.any_of:
        return all(float(value) < least for value in condition.any_of)
    above = max(least - 1, least - 1 if condition.over is None else condition.over)
    return condition.under is not None and condition.under <= above + 1


def _takes_all_of(above: Rule, rule: Rule) -> bool:
    """Whether every order that fits the rule is decided by the one above it."""
    if above.otherwise.action == "next" and not above.hold:
        return False
    own = {condition.field: condition for condition in rule.conditions}
    return all(condition.field in own and _implies(own[condition.field], condition) for condition in above.conditions)


def _implies(narrow: Condition, wide: Condition) -> bool:
    """Whether an order that fits the one surely fits the other."""
    return _implies_values(narrow, wide) and _implies_globs(narrow, wide) and _implies_bounds(narrow, wide)


def _implies_values(narrow: Condition, wide: Condition) -> bool:
    if wide.any_of and not (narrow.any_of and _folded(narrow.any_of) <= _folded(wide.any_of)):
        return False
    if not wide.none_of or _folded(wide.none_of) <= _folded(narrow.none_of):
        return True
    single = narrow.field not in _MANY_VALUED
    return single and bool(narrow.any_of) and not _folded(narrow.any_of) & _folded(wide.none_of)


def _implies_globs(narrow: Condition, wide: Condition) -> bool:
    if not wide.globs:
        return True
    if narrow.globs and _folded(narrow.globs) <= _folded(wide.globs):
        return True
    wanted = _folded(wide.globs)
    return bool(narrow.any_of) and all(any(fnmatchcase(value, glob) for glob in wanted) for value in _folded(narrow.any_of))


def _implies_bounds(narrow: Condition, wide: Condition) -> bool:
    values = [float(value) for value in narrow.any_of] if narrow.field in _AT_LEAST else []
    if wide.over is not None:
        over = wide.over
        if not ((narrow.over is not None and narrow.over >= over) or (values and min(values) > over)):
            return False
    if wide.under is not None:
        under = wide.under
        return (narrow.under is not None and narrow.under <= under) or (bool(values) and max(values) < under)
    return True


def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(value) for value in values)
