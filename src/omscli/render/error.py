"""How a refusal looks: what happened, then what to do."""

from __future__ import annotations

from omscli.errors import OmsError
from omscli.render.safe import vis


def error_text(error: OmsError) -> str:
    """`error: …` and, where there is a remedy, `hint: …`; further lines of a message are indented below it."""
    parts = [("error", error.message), ("hint", error.hint)]
    return "".join(f"{word}: {_indented(text)}\n" for word, text in parts if text)


def _indented(text: str) -> str:
    return vis(text).strip("\n").replace("\n", "\n  ")
