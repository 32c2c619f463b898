"""docs/rules.md is what the program says of itself."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "make_rules_reference.py"))


def test_the_committed_page_is_the_generated_one(script: dict[str, Any]) -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == script["page"](), "run scripts/make_rules_reference.py"


def test_every_section_is_on_the_page_and_every_key_is_described_and_in_the_example(script: dict[str, Any]) -> None:
    examples = script["first_values"]((ROOT / "rules.example.yaml").read_text(encoding="utf-8"))
    on_page = {model for _, model in script["SECTIONS"]}
    for model in on_page:
        for key, info in script["keys"](model):
            assert info.description, f"{model.__name__}.{key} has no description"
            assert (model, key) in examples, f"{model.__name__}.{key} is not in rules.example.yaml"
            assert set(script["inner_models"](info.annotation)) <= on_page


def test_every_link_on_the_page_leads_to_a_heading(script: dict[str, Any]) -> None:
    page = script["page"]()
    headings = {heading.replace(" ", "-").lower() for heading in re.findall(r"^## (.+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
