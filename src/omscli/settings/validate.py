"""From the plain data of a file to its model, or to everything that is wrong with it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from omscli.base.money import is_currency
from omscli.settings.mistakes import Mistake, quoted, shown, unknown
from omscli.settings.models import RulesFile
from omscli.settings.references import KnownWriters
from omscli.settings.references import mistakes as reference_mistakes
from omscli.settings.yaml_text import Document, Path

_ADVICE = {"password": "a password does not belong in this file; use password_command"}
_SHAPES = {
    "dict_type": "keys belong",
    "model_type": "keys belong",
    "model_attributes_type": "keys belong",
    "tuple_type": "a list belongs",
    "list_type": "a list belongs",
}


def validated(
    document: Document, known_readers: frozenset[str] | None, known_writers: KnownWriters | None = None
) -> tuple[RulesFile | None, list[Mistake]]:
    """The model, or None and every mistake of the file."""
    if document.data is not None and not isinstance(document.data, dict):
        return None, [Mistake(1, 1, f"{shown(document.data)} stands where keys belong; the file begins like `version: 1`")]
    found = list(document.mistakes)
    said = {(one.line, one.column) for one in found}
    rules = None
    try:
        rules = RulesFile.model_validate(document.data, context=_currency(document.data))
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            found += [one for one in _mistakes(document, dict(detail)) if (one.line, one.column) not in said]
    found += [one for one in reference_mistakes(document, known_readers, known_writers) if (one.line, one.column) not in said]
    return rules, found


def _currency(data: Any) -> str | None:
    code = data.get("currency") if isinstance(data, dict) else None
    return code if isinstance(code, str) and len(code) == 3 and is_currency(code) else None


def _mistakes(document: Document, detail: dict[str, Any]) -> list[Mistake]:
    """What one error of pydantic means, and where."""
    path, missing = _path(document.data, detail["loc"])
    kind, context = detail["type"], detail.get("ctx", {})
    if "found" in context:
        return [Mistake(*document.value_place((*path, *below)), text) for below, text in context["found"]]
    if kind == "extra_forbidden":
        return [Mistake(*document.key_place(path), _unknown_key(path))]
    if kind == "missing":
        return [_missing(document, path, missing)]
    place = document.key_place(path) if detail["loc"][-1] == "[key]" else document.value_place(path)
    return [Mistake(*place, _plain_words(kind, detail, context))]


def _path(data: Any, loc: tuple[str | int, ...]) -> tuple[Path, str]:
    """The path in the file, without the marks that pydantic puts between, and the key at its end that is not there."""
    path: list[str | int] = []
    missing = ""
    part: Any
    for part in loc:
        if (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int) and part < len(data)):
            data = data[part]
            path.append(part)
        else:
            missing = str(part)
    return tuple(path), missing


def _missing(document: Document, path: Path, key: str) -> Mistake:
    """A required key: left out, or there without a value."""
    if not key:
        return Mistake(*document.key_place(path), f"'{path[-1]}' has no value")
    return Mistake(
        *document.key_place(path), f"'{key}' is missing" + (f" in {quoted(str(path[-1]))}" if path and isinstance(path[-1], str) else "")
    )


def _unknown_key(path: Path) -> str:
    key = str(path[-1])
    return _ADVICE.get(key) or unknown("key", key, _keys_of(path[:-1]))


def _plain_words(kind: str, detail: dict[str, Any], context: dict[str, Any]) -> str:
    if kind == "oms":
        return str(context["text"])
    if kind in _SHAPES:
        return f"{shown(detail['input'])} stands where {_SHAPES[kind]}"
    if kind == "too_short":
        return "at least one is needed here"
    if kind in ("string_too_long", "too_long"):
        return f"{shown(detail['input'])} is too long: at most {context['max_length']} characters"
    return f"{shown(detail['input'])} does not fit here"


def _keys_of(path: Path) -> list[str]:
    """The keys that the group at this path may have."""
    return sorted(name for model in _models_at(path) for name in _names(model))


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_at(path: Path) -> list[type[BaseModel]]:
    """The models that may stand at a path; both forms where a key has two."""
    from omscli.settings.shape import inner_models

    models: list[type[BaseModel]] = [RulesFile]
    for part in path:
        fields = [field for model in models for name, field in model.model_fields.items() if (field.alias or name) == part]
        if fields:
            models = [found for field in fields for found in inner_models(field.annotation)]
    return models
