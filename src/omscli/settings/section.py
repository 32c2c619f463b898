"""What all sections of rules.yaml have in common."""

from collections.abc import Callable

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from omscli.settings.values import wrong


class Section(BaseModel):
    """A group of keys. An unknown key is an error; a key without a value counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, regex_engine="python-re")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, data: object) -> object:
        if data is None:
            return {}
        if not isinstance(data, dict):
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: value for key, value in data.items() if value is not None or key not in known}


def exactly(count: int, words: str) -> BeforeValidator:
    """A list of just so many values."""

    def check(value: object) -> object:
        if isinstance(value, list) and len(value) != count:
            raise wrong(f"it takes {count} values, {words}; here {'is' if len(value) == 1 else 'are'} {len(value)}")
        return value

    return BeforeValidator(check)


def by_shape(mapping: str, otherwise: str) -> Callable[[object], str]:
    """Tells the long form, a group of keys, from the short one; the tags in angle brackets can be no keys of the file."""
    return lambda value: mapping if isinstance(value, dict) else otherwise
