"""Killed at any write, the books agree, and the same command again ends where an undisturbed one ends.

`python benchmarks/crash.py` kills a whole morning at every single write; here the same points are sampled, the same ones each time.
Needs strace; `make test-full` runs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HARNESS = Path(__file__).resolve().parents[1] / "benchmarks" / "crash.py"

pytestmark = pytest.mark.debian


@cache
def _killed(*options: str) -> dict[str, Any]:
    assert shutil.which("strace"), "this test needs strace: apt install strace"
    done = subprocess.run([sys.executable, str(HARNESS), "--json", *options], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return dict(json.loads(done.stdout))


def test_a_command_that_is_killed_at_any_write_harms_nothing_and_ends_the_same_when_run_again() -> None:
    found = _killed("--sample", "100")
    assert found["violations"] == []
    tried = {one["command"].split()[0]: one["tried"] for one in found["commands"]}
    assert set(tried) == {"import", "sync", "route", "pick", "ship", "notify"}
    assert min(tried.values()) >= 8, tried
    for one in found["commands"]:
        assert {"pwrite64", "fdatasync", "unlink", "write"} <= set(one["calls"]), one
        assert one["killed"] == one["tried"], "the kills did not reach the process"


def test_a_full_disk_is_said_in_words_with_exit_5_and_leaves_nothing_half_done() -> None:
    found = _killed("--sample", "0", "--only", "route", "--disk", "8") | {
        "notify": _killed("--sample", "0", "--only", "notify", "--disk", "8")
    }
    assert found["violations"] == found["notify"]["violations"] == []
    assert found["disk"]["noticed"] >= 4
    assert found["notify"]["disk"]["noticed"] >= 4


@pytest.mark.parametrize(
    ("naive", "command", "words"),
    [
        ("no_transaction", "route", "doctor: "),
        ("marks_first", "notify", "is another file"),
        ("half_files", "notify", "is no whole file"),
        ("forgets_half_files", "notify", "is left over"),
    ],
)
def test_a_program_that_does_it_wrong_is_found_out(naive: str, command: str, words: str) -> None:
    found = _killed("--sample", "12", "--only", command, "--naive", naive)
    assert any(words in one for one in found["violations"]), found["violations"]
