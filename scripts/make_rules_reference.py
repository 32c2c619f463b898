"""Writes docs/rules.md from the models of rules.yaml, with the examples of rules.example.yaml.

python scripts/make_rules_reference.py            writes docs/rules.md
python scripts/make_rules_reference.py --stdout   prints it
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from omscli.base.registry import found_in
from omscli.base.workdays import WEEKDAYS
from omscli.settings import models, models_carriers, models_desk, models_files, models_places, models_routing
from omscli.settings.shape import inner_models
from omscli.settings.values import Says
from omscli.settings.yaml_text import read

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
EXAMPLE = ROOT / "rules.example.yaml"
ONE_OR_MANY = "one or a list"

# Heading and model of every section of the page, in order; the heading is the anchor that descriptions point to.
SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file", models.RulesFile),
    ("channels", models_places.ChannelSection),
    ("locations", models_places.LocationSection),
    ("address", models_places.AddressSection),
    ("carriers", models_carriers.CarrierSection),
    ("services", models_carriers.ServiceSection),
    ("zones by distance", models_carriers.DistanceZones),
    ("zones by country", models_carriers.CountryZones),
    ("areas", models_carriers.ZoneArea),
    ("rates", models_carriers.RateRow),
    ("boxes", models_places.BoxSection),
    ("packing", models_places.PackingSection),
    ("promise", models_desk.PromiseSection),
    ("routing", models_routing.RoutingSection),
    ("prices", models_routing.PricesSection),
    ("rules", models_routing.RuleSection),
    ("when", models_routing.WhenSection),
    ("text tests", models_routing.TextTests),
    ("number tests", models_routing.CountTests),
    ("amount tests", models_routing.MoneyTests),
    ("kinds", models_routing.KindSelection),
    ("split", models_routing.SplitSection),
    ("together", models_routing.TogetherSection),
    ("else", models_routing.ElseSection),
    ("examples", models_routing.ExampleSection),
    ("order of an example", models_routing.ExampleOrder),
    ("returns", models_desk.ReturnsSection),
    ("reasons", models_desk.ReasonSection),
    ("documents", models_desk.DocumentsSection),
    ("notify", models_desk.NotifySection),
    ("smtp", models_desk.SmtpSection),
    ("transfers", models_desk.TransfersSection),
    ("stock_sync", models_desk.StockSyncSection),
    ("readers", models_files.ReaderSection),
    ("writers", models_files.WriterSection),
)

INTRO = """\
# rules.yaml, key by key

<!-- Written by scripts/make_rules_reference.py from the program itself. Change the descriptions there, not here. -->

Everything that you decide stands in one file, `rules.yaml`. `oms init` writes a first one with comments, and
[rules.example.yaml](../rules.example.yaml) uses every key once; the examples below are taken from it.

- `oms rules check` says what is wrong, with line and column, and what may not be meant so.
- Values are read as you type them: `16:00` is four o'clock, `02134` keeps its zero, `NO` is Norway. Quotes are never needed
  for that; they are for texts that contain `: ` or ` #`, or begin with a mark such as `*` or `%`.
- Numbers are digits only, with a dot before decimal places: `1200`, not `1,200` or `1_200`. Amounts are in the home currency.
- Yes and no are `true` and `false`. A key without a value, or with `~`, counts as left out.
- Where a list may stand, one value may stand alone: `ships_to: US` is `ships_to: [US]`.
- A key that is not on this page is an error, and so is a name that stands for nothing.
- `&name` and `*name`, by which programs repeat a value, are understood; persons better write the value twice.
- Not used here: tags (`!`), merged keys (`<<`), the same key twice, more than one document. The file has at most 256 kB.
"""


def page() -> str:
    """The whole page."""
    examples = first_values(EXAMPLE.read_text(encoding="utf-8"))
    parts = [INTRO]
    for heading, model in SECTIONS:
        parts.append(f"## {heading}\n\n{model.__doc__}\n\n{_table(model, examples)}")
        if model is models_routing.RuleSection:
            parts.append(_criteria())
    return "\n".join(parts)


def keys(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys of a section as the file writes them."""
    for name, info in model.model_fields.items():
        yield info.alias or name, info


def first_values(text: str) -> dict[tuple[type[BaseModel], str], Any]:
    """The first value of every key of every section in a rules file."""
    found: dict[tuple[type[BaseModel], str], Any] = {}
    waiting: list[tuple[type[BaseModel], dict[str, Any]]] = [(models.RulesFile, read(text, "rules.yaml").data)]
    for model, data in waiting:
        for key, info in keys(model):
            if key in data:
                found.setdefault((model, key), data[key])
                waiting += _sections_in(tuple(inner_models(info.annotation)), data[key])
    return found


def _sections_in(candidates: tuple[type[BaseModel], ...], value: Any) -> list[tuple[type[BaseModel], dict[str, Any]]]:
    """The groups inside a value, each with the section whose keys it has."""
    if isinstance(value, dict):
        fitting = [model for model in candidates if value.keys() <= {key for key, _ in keys(model)}]
        if fitting:
            return [(model, value) for model in fitting]
        value = list(value.values())
    if isinstance(value, list):
        return [found for part in value for found in _sections_in(candidates, part)]
    return []


def _table(model: type[BaseModel], examples: dict[tuple[type[BaseModel], str], Any]) -> str:
    rows = ["| key | meaning | values | default | example |", "|---|---|---|---|---|"]
    for key, info in keys(model):
        example = flow(examples[model, key])
        shown = f"`{key}: {example}`" if len(example) <= 72 else ""
        cells = (f"`{key}`", info.description or "", values(info), default(info), shown)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def values(info: FieldInfo) -> str:
    """What may stand there, in words."""
    return _words(info.annotation, _said(info.metadata))


def _said(metadata: Iterable[Any]) -> str:
    """The words of a kind; a kind made from another comes last."""
    return next((one.text for one in reversed(tuple(metadata)) if isinstance(one, Says)), "")


def _words(annotation: Any, said: str) -> str:
    if hasattr(annotation, "__metadata__"):
        return _words(annotation.__origin__, _said(annotation.__metadata__) or said)
    if said and said != ONE_OR_MANY:
        return said
    parts = [part for part in get_args(annotation) if part not in (type(None), ...)]
    if get_origin(annotation) is dict:
        return "names, each with its keys"
    if get_origin(annotation) is tuple:
        if said == ONE_OR_MANY:
            return f"{_words(parts[0], '')}; {ONE_OR_MANY}"
        return "a list, each with its keys" if any(inner_models(parts[0])) else f"a list: {_words(parts[0], '')}"
    return _words(parts[0], said) if parts else "keys"


def default(info: FieldInfo) -> str:
    """What holds when the key is left out; empty where the meaning says so."""
    if info.is_required():
        return "**required**"
    if info.default is None or info.default in ("", (), {}):
        return ""
    if info.default == (0, 1, 2, 3, 4):
        return f"`{flow(list(WEEKDAYS[:5]))}`"
    return f"`{flow(list(info.default) if isinstance(info.default, tuple) else info.default)}`"


def flow(value: Any) -> str:
    """A value on one line, as a rules file writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = "~" if value is None else str(value)
    is_plain = re.fullmatch(r"~|[\w+.-][\w .:@/&{}<>?=+-]*", text) and not re.search(r": |^[{&]|, ", text)
    return text if is_plain else f'"{text}"'


def _criteria() -> str:
    rows = ["## criteria\n\nWhat a rule may `rank` by. Each is an amount where less is better; the location's name ends every tie.\n"]
    rows += ["| name | meaning | unit |", "|---|---|---|"]
    rows += [f"| `{name}` | {one.meaning} | {one.unit} |" for name, one in found_in("omscli.routing.criteria", "CRITERION").items()]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--stdout"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"wrote {PAGE.relative_to(ROOT)}")
