"""The house rules that no single module can break unseen."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import omscli
from omscli.base.registry import found_in
from omscli.channels.detect import all_readers, known_readers
from omscli.channels.reader import Reader
from omscli.routing.criterion import Criterion

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "omscli"
FILES = sorted(SRC.rglob("*.py"))
STORE = SRC / "store"
_SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA\s)", re.DOTALL)


def _names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(SRC)) for path in paths]


def test_imports_point_downwards() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [5-9]\d* kept, 0 broken", done.stdout)


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == omscli.__version__
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] in ("Unreleased", omscli.__version__)


def test_every_python_of_the_promise_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Programming Language :: Python :: {project['requires-python'].removeprefix('>=')}" in project["classifiers"]


# -- plug-ins


@pytest.mark.parametrize(("package", "wanted"), [("omscli.channels.known", "READERS"), ("omscli.routing.criteria", "CRITERION")])
def test_every_file_of_a_plug_in_folder_is_found(package: str, wanted: str) -> None:
    folder = SRC.parent / package.replace(".", "/")
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    assert list(found_in(package, wanted)) == names
    assert len(names) >= 6


def test_every_reader_says_who_it_is_and_every_criterion_what_it_means() -> None:
    assert all(isinstance(one, Reader) for one in all_readers())
    assert known_readers() == {one.name for one in all_readers()}
    titles = [one.title for one in all_readers()]
    assert len(titles) == len(set(titles))
    assert all(isinstance(one, Criterion) and one.meaning and one.unit for one in found_in("omscli.routing.criteria", "CRITERION").values())


def test_a_file_without_the_expected_object_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "criteria_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "carbon.py").write_text("CRITERIA = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match=r"criteria_of_a_test/carbon\.py defines no `CRITERION`"):
        found_in("criteria_of_a_test", "CRITERION")


# -- the store


def test_sql_stands_in_the_store_only() -> None:
    texts = (
        (path, node.value, node.lineno)
        for path in FILES
        if STORE not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    assert [f"{path.relative_to(SRC)}:{line}" for path, text, line in texts if _SQL.search(text)] == []


def test_the_pattern_finds_sql() -> None:
    for text in ("SELECT 1 FROM a", "INSERT INTO a VALUES (1)", "UPDATE a SET b = 1", "DELETE FROM a", "PRAGMA user_version"):
        assert _SQL.search(text)
    assert _SQL.search((STORE / "sqlite" / "orders.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "word",
    [
        r"\.atomic\(",
        r"\.transform\(",
        r"(?<!`)executescript\b(?!`)",
        r"(?i:insert\s+or\s+replace)",
        r"(?i:(?<!or )replace\s+into)",
        r"replace=True",
        r"\.commit\(",
        r"isolation_level\s*=\s*\"",
        r"(?i:on\s+delete\s+cascade)",
    ],
)
def test_what_undoes_a_transaction_or_a_trigger_is_not_used(word: str) -> None:
    sources = [*FILES, *STORE.rglob("*.sql")]
    assert _names([path for path in sources if re.search(word, path.read_text(encoding="utf-8"))]) == []


def test_a_write_transaction_begins_in_one_place_only() -> None:
    assert _names([path for path in FILES if 'BEGIN IMMEDIATE")' in path.read_text(encoding="utf-8")]) == ["store/sqlite/connect.py"]


def test_a_file_that_others_read_is_written_by_the_one_place_that_writes_it_whole() -> None:
    allowed = {"outgoing", "cli/tour.py", "workflows/start.py", "store"}
    found = _names([path for path in FILES if re.search(r"\.write_(text|bytes)\(", path.read_text(encoding="utf-8"))])
    assert [name for name in found if name not in allowed and name.split("/")[0] not in allowed] == []


# -- size and words


def test_every_module_says_what_it_is_for() -> None:
    assert _names([path for path in FILES if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]) == []


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    assert _names([path for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) > 400]) == []


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"#\s*(TO" r"DO|FIX" r"ME|XXX|HA" r"CK)\b")
    assert _names([path for path in FILES if later.search(path.read_text(encoding="utf-8"))]) == []
