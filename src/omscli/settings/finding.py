"""What `oms rules check` says about a file that is right but may not be meant so."""

from __future__ import annotations

from dataclasses import dataclass

from omscli.settings.yaml_text import Document, Path


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One remark; `severity` is `warning`, or `error` for a name that only the catalogue can know."""

    line: int
    severity: str
    text: str
    hint: str


def warning(document: Document, path: Path, text: str, hint: str) -> Finding:
    """A remark about what stands at the path."""
    return Finding(document.key_place(path)[0], "warning", text, hint)
