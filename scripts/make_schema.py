"""Writes `schema.sql`: what all migrations together make, to be read in one place.

Run it after adding a migration:

    .venv/bin/python scripts/make_schema.py
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from omscli.store.open import open_store
from omscli.store.sqlite import migrate
from omscli.store.sqlite.migrate import schema_text

PAGE = Path(migrate.__file__).with_name("schema.sql")
HEAD = "-- Made by scripts/make_schema.py from the migrations; change those, never this file.\n\n"


def page() -> str:
    """The whole schema of a new store."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "oms.db"
        open_store(path).connection.close()
        with closing(sqlite3.connect(path)) as connection:
            return HEAD + schema_text(connection).rstrip("\n") + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--stdout"]:
        sys.stdout.write(page())
    else:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"wrote {PAGE.name}")
