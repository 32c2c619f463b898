"""The home folder of a seller: where rules.yaml, the store and the files lie, and what time it is there."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from omscli.base.clock import as_instant
from omscli.errors import StoreError, UsageError
from omscli.settings.settings import Settings
from omscli.store.open import Store, open_for_reading, open_store

RULES = "rules.yaml"


@dataclass
class Home:
    """One home. `now` is frozen for the whole command; `$OMS_NOW` sets it."""

    path: Path
    db: Path
    now: datetime
    wait_s: float = 30.0
    _settings: dict[Path, Settings] = field(default_factory=dict)

    @cached_property
    def settings(self) -> Settings:
        """rules.yaml, read and checked when it is first needed."""
        return self.settings_from(self.path / RULES)

    def settings_from(self, path: Path) -> Settings:
        """Another rules file for this home."""
        from omscli.channels.detect import known_readers
        from omscli.channels.writing import known_fields
        from omscli.settings.load import load

        return load(path, self.now.date(), known_readers(), known_fields)

    @property
    def rules(self) -> tuple[str, str]:
        """Fingerprint and text of rules.yaml, kept with every run."""
        return self.settings.fingerprint, self.settings.text

    @property
    def today(self) -> date:
        """The date on the seller's own clock."""
        return self.now.astimezone(ZoneInfo(self.settings.timezone)).date()

    def store(self) -> Store:
        """The store for a command that writes; made when missing."""
        return open_store(self.db, wait_s=self.wait_s)

    def reading(self) -> Store | None:
        """The store for a command that only asks; None where nothing was ever written."""
        return open_for_reading(self.db, wait_s=self.wait_s)

    def folder(self, name: str) -> Path:
        """A folder of the home, made when it is missing."""
        path = self.path / name
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path


def frozen_now() -> datetime:
    """The instant every part of the command takes for now. Raises UsageError for an `$OMS_NOW` without an offset."""
    text = os.environ.get("OMS_NOW", "").strip()
    if not text:
        return datetime.now(UTC).replace(microsecond=0)
    with suppress(ValueError, OverflowError):
        instant = as_instant(text)
        if 1990 <= instant.year <= 2200:
            return instant
    raise UsageError(f"$OMS_NOW is {text!r}, which is no instant", "write it as 2026-03-02T14:05:00Z or with an offset like +01:00")


def find_home(given: Path | None, db: Path | None = None, wait_s: float = 30.0) -> Home:
    """`--home`, else `$OMS_HOME`, else the nearest folder upward from here with a rules.yaml.

    Raises StoreError (exit 5) where there is none: a home is never made by accident.
    """
    named = given or (Path(os.environ["OMS_HOME"]) if os.environ.get("OMS_HOME") else None)
    if named is not None:
        path = named.expanduser().resolve()
        if not path.is_dir():
            raise StoreError(f"there is no folder {path}", "`oms init DIR` makes a new home")
    else:
        here = Path.cwd()
        path = next((folder for folder in (here, *here.parents) if (folder / RULES).is_file()), here)
    if not (path / RULES).is_file():
        raise StoreError(
            f"{path} is no home of oms: it has no {RULES}", "go to your home folder, name it with --home DIR, or make one: `oms init`"
        )
    store = db or (Path(os.environ["OMS_DB"]) if os.environ.get("OMS_DB") else path / "oms.db")
    return Home(path, store.expanduser(), frozen_now(), wait_s)
