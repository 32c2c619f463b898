"""A home from nothing, which works at once, and which is never written over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Shop

from omscli.errors import Refused, StoreError, UsageError
from omscli.workflows.home import Home, find_home, frozen_now
from omscli.workflows.inbox import inbox_files, move_to_done, still_coming
from omscli.workflows.start import make_home


def home_of(folder: Path) -> Home:
    return Home(folder, folder / "oms.db", datetime(2026, 3, 2, 14, tzinfo=UTC))


def test_a_new_home_has_its_folders_and_rules_that_pass(tmp_path: Path) -> None:
    made = make_home(tmp_path / "shop", "Mug Shop", "USD", "America/New_York", "US")
    assert sorted(Path(path).name for path in made) == ["inbox", "out", "outbox", "rules.yaml"]
    settings = home_of(tmp_path / "shop").settings
    assert (settings.currency, settings.timezone) == ("USD", "America/New_York")


def test_a_home_made_twice_is_left_as_it_is(tmp_path: Path) -> None:
    make_home(tmp_path, "Mug Shop", "USD", "America/New_York", "US")
    (tmp_path / "rules.yaml").write_text("version: 1  # mine\n", encoding="utf-8")
    assert make_home(tmp_path, "Other", "EUR", "Europe/Berlin", "DE") == []
    assert (tmp_path / "rules.yaml").read_text(encoding="utf-8") == "version: 1  # mine\n"


def test_the_demo_has_a_mornings_files_and_rules_that_pass(tmp_path: Path) -> None:
    make_home(tmp_path / "demo", "", "USD", "America/New_York", "US", demo=True)
    home = home_of(tmp_path / "demo")
    assert home.settings.locations
    assert inbox_files(home)


def test_the_demo_is_not_made_over_a_home(tmp_path: Path) -> None:
    make_home(tmp_path, "Mug Shop", "USD", "America/New_York", "US")
    with pytest.raises(Refused, match="is a home already"):
        make_home(tmp_path, "", "USD", "America/New_York", "US", demo=True)


def test_a_file_is_no_place_for_a_home(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="is a file"):
        make_home(tmp_path / "shop", "", "USD", "America/New_York", "US")


def test_the_home_is_found_from_a_folder_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_home(tmp_path, "Mug Shop", "USD", "America/New_York", "US")
    monkeypatch.chdir(tmp_path / "inbox")
    assert find_home(None).path == tmp_path


def test_where_no_home_is_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="is no home of oms"):
        find_home(None)
    with pytest.raises(StoreError, match="there is no folder"):
        find_home(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_the_clock_is_frozen_and_needs_an_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_NOW", "2026-03-02T15:00:00+01:00")
    assert frozen_now() == datetime(2026, 3, 2, 14, tzinfo=UTC)
    monkeypatch.setenv("OMS_NOW", "2026-03-02 14:00")
    with pytest.raises(UsageError, match="which is no instant"):
        frozen_now()


def test_an_imported_file_moves_away_and_never_over_another(shop: Shop) -> None:
    folder = shop.home.folder("inbox")
    for text in ("one", "two", "three"):
        (folder / "orders.csv").write_text(text, encoding="utf-8")
        move_to_done(shop.home, inbox_files(shop.home))
    assert inbox_files(shop.home) == []
    assert {path.read_text(encoding="utf-8") for path in (folder / "done").iterdir()} == {"one", "two", "three"}


def test_half_written_downloads_stay_in_the_inbox(shop: Shop) -> None:
    folder = shop.home.folder("inbox")
    for name in ("ready.csv", "orders.csv", "orders.csv.part", "new.crdownload", ".hidden", "~lock.csv", "Thumbs.db"):
        (folder / name).write_text("", encoding="utf-8")
    assert [path.name for path in inbox_files(shop.home)] == ["ready.csv"]
    assert still_coming(shop.home) == ["new.crdownload", "orders.csv", "orders.csv.part"]
