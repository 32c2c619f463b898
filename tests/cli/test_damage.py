"""A store whose bytes were changed by a dying disk: every command says so, or answers; none breaks."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Oms
from tests.conftest import Shop

SEEDS = range(60 if os.environ.get("OMS_TEST_FULL") else 8)
COMMANDS = ("doctor --deep", "order list", "status", "why 3", "order show 2", "stock list", "route", "notify -n", "backup")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changed_byte_breaks_no_command(routed: Shop, oms: Oms, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - seeded, to be repeated
    data = bytearray(routed.home.db.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    for _ in range(4):  # anywhere behind the first page
        data[chance.randrange(page, len(data))] ^= 1 << chance.randrange(8)
    whole = chance.randrange(page, len(data) - page)
    data[whole : whole + 40] = chance.randbytes(40)
    home = tmp_path / "damaged"
    for words in COMMANDS:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        shutil.copy(routed.path / "rules.yaml", home)
        (home / "oms.db").write_bytes(data)
        said = oms(*words.split(), "--home", str(home))
        assert said.code in (0, 1, 2, 3, 4, 5), words
        assert "a defect" not in said.err, (words, said.err)
        assert "Traceback" not in said.err, words
        if said.code == 5 and words != "doctor --deep":
            assert said.err.startswith("error: "), (words, said.err)
