"""What the pages say is true: commands exist, links lead somewhere, recipes find their keys."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.conftest import tree
from tests.conftest import Shop
from typer.testing import CliRunner

from omscli.cli.app import COMMANDS, app
from omscli.settings.native_columns import NATIVE_COLUMNS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *(ROOT / "sample_data").glob("*.md")])
TREE = dict(tree())


def _code(page: Path) -> list[str]:
    """Every `oms …` line of the page's code blocks and code spans."""
    text = page.read_text(encoding="utf-8")
    blocks = (
        "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        + "\n"
        + "\n".join(re.findall(r"^ {4}(.+)$", text, re.MULTILINE))
    )
    spans = re.findall(r"`(oms [^`]+)`", text)
    lines = [part.strip() for line in blocks.splitlines() for part in re.split(r"&&|\|(?!\w)", line.split("  #")[0])]
    return [re.sub(r"^[\d* ,-]+(?=oms )", "", line) for line in lines if re.match(r"([\d* ,-]+ )?oms ", line)] + spans


def _calls(words: list[str]) -> list[list[str]]:
    """A call as the page writes it, once for each verb of `list|show`."""
    at = next((n for n, word in enumerate(words[:3]) if "|" in word), None)
    return [words] if at is None else [[*words[:at], verb, *words[at + 1 :]] for verb in words[at].split("|")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_of_in_the_readme(name: str) -> None:
    assert re.search(rf"\boms {name}\b", README.read_text(encoding="utf-8")) or name == "demo"


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_call_on_a_page_exists_with_its_options(page: Path) -> None:
    for line in _code(page):
        words = shlex.split(line.split(">")[0].replace("…", ""), comments=True)[1:]
        if not words or words[0].startswith("-"):
            continue
        for call in _calls(words):
            found = next((TREE[name] for n in (3, 2, 1) if (name := " ".join(call[:n])) in TREE), None)
            group = any(name.startswith(f"{' '.join(call)} ") for name in TREE)
            assert found or group, line
            if found:
                known = {name for one in found.params for name in one.opts} | {"-h", "--help"}
                assert {word.split("=")[0] for word in words if re.fullmatch(r"--?[a-z][\w-]*(=.*)?", word)} <= known, line


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            ids = {re.sub(r"[^\w\- ]", "", head.lower().replace("`", "")).replace(" ", "-") for head in heads}
            assert anchor in ids or f'id="{anchor}"' in path.read_text(encoding="utf-8"), target


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_file_named_in_code_exists(page: Path) -> None:
    named = re.findall(r"`((?:src|docs|tests|scripts|benchmarks|sample_data)/[\w./-]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_make_target_that_is_told_of_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z-]+)\b", page.read_text(encoding="utf-8"), re.MULTILINE)}
    assert told
    assert told <= targets


def test_the_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    from omscli import errors

    codes = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.OmsError)}
    told = {int(code) for code in re.findall(r"\*\*(\d+)\*\*", README.read_text(encoding="utf-8"))}
    assert told == codes | {0, 3, 130}


@pytest.fixture
def shipped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop.order("1058", {"MUG": 1})
    shop.order("2", {"CAP": 1}, payment="pending")
    shop.route()
    shop.pick()
    shop.ship("1058")
    shop.close()
    monkeypatch.setenv("OMS_HOME", str(shop.path))
    monkeypatch.setenv("OMS_NOW", "2026-03-02T14:00:00Z")
    return shop


def _walk(document: Any, path: str) -> list[Any]:
    """What a path of the `jq` recipes finds: `.orders[].id`."""
    found = [document]
    for name, each in re.findall(r"\.(\w+)(\[\])?", path):
        found = [one[name] for one in found]
        if each:
            found = [row for rows in found for row in rows]
    return found


def test_the_keys_of_the_json_recipes_exist(shipped: Shop) -> None:
    import json

    recipes = re.findall(r"^oms (.+?) \| jq (?:-r )?'(.+)'$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(recipes) >= 4
    for words, recipe in recipes:
        done = CliRunner().invoke(app, shlex.split(words))
        assert done.exit_code in (0, 3), (words, done.stderr)
        document = json.loads(done.stdout)
        first, *rest = [part.strip() for part in recipe.split(" | ")]
        items = _walk(document, first)
        assert items, f"{words}: nothing at {first}"
        for part in rest:
            for key in re.findall(r"(?<![\w)])\.(\w+)", part):
                assert all(key in item for item in items), f"{words}: no {key} at {first}"


@pytest.mark.parametrize("name", ["products", "stock", "inbound", "returns"])
def test_the_columns_that_the_readme_names_are_those_of_our_own_files(name: str) -> None:
    block = re.search(rf"^{name}\.csv\s+((?:.+\n)(?:\s{{10,}}.+\n)*)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert block
    assert {one for one in re.split(r"[\[\],\s]+", block[1]) if one} == set(NATIVE_COLUMNS[name])


def test_the_examples_of_rules_are_rules_yaml_can_be_read() -> None:
    for page in PAGES:
        for block in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            yaml.safe_load(block)
