import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from omscli.errors import OmsError, Refused, StoreError
from omscli.outgoing.files import part_of, take_away, write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="file modes and links as POSIX has them")


def test_a_file_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    for data in (b"one", b"two and more"):
        write_whole(Path("picks/12/pick.html"), data, root=tmp_path)
        assert (tmp_path / "picks/12/pick.html").read_bytes() == data
    assert [path.name for path in (tmp_path / "picks/12").iterdir()] == ["pick.html"]


@posix
def test_only_the_seller_can_read_it_unless_asked_otherwise(tmp_path: Path) -> None:
    write_whole(tmp_path / "private", b"x")
    write_whole(tmp_path / "shared", b"x", mode=0o644)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("private", "shared")] == [0o600, 0o644]


def test_a_path_that_the_seller_names_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_whole(Path("plan.json"), b"{}")
    assert (tmp_path / "plan.json").read_bytes() == b"{}"


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/oms-test", "..", ".", "", "a\0b"])
def test_nothing_is_written_outside_the_root(tmp_path: Path, name: str) -> None:
    root = tmp_path / "out"
    root.mkdir()
    with pytest.raises(Refused) as refused:
        write_whole(Path(name), b"x", root=root)
    assert refused.value.hint
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]


@posix
def test_a_linked_folder_that_leads_outside_is_refused_and_nothing_is_made_there(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "picks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="outside"):
        write_whole(Path("picks/deep/x"), b"x", root=tmp_path / "out")
    assert list((tmp_path / "elsewhere").iterdir()) == []


@posix
def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"old")
    (tmp_path / "x").symlink_to(tmp_path / "precious")
    with pytest.raises(Refused, match="link"):
        write_whole(tmp_path / "x", b"new")
    assert (tmp_path / "precious").read_bytes() == b"old"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(Refused, match="no ordinary file"):
        write_whole(tmp_path / "x", b"new")


@posix
def test_the_home_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "real")
    write_whole(Path("x"), b"x", root=tmp_path / "home")
    assert (tmp_path / "real" / "x").read_bytes() == b"x"


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize(("code", "words"), [(28, "the disk is full"), (5, "could not be written")])
def test_when_the_disk_refuses_the_old_file_stays_and_no_rest_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    write_whole(tmp_path / "x", b"old")
    monkeypatch.setattr(os, "fsync", failing(code))
    with pytest.raises(OmsError, match=words):
        write_whole(tmp_path / "x", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_a_folder_that_cannot_be_synced_is_no_reason_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = os.fsync, []

    def second_fails(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(22, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", second_fails)
    write_whole(tmp_path / "x", b"new")
    assert (tmp_path / "x").read_bytes() == b"new"


def test_a_name_that_is_too_long_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(OmsError, match="could not be written"):
        write_whole(tmp_path / ("x" * 300), b"")


def test_a_half_file_that_a_killed_run_left_under_the_root_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out" / "pick.html"
    target.parent.mkdir()
    part_of(target).write_bytes(b"ha")
    (tmp_path / "out" / ".other.0123456789ab.part").write_bytes(b"of somebody else")
    write_whole(Path("out/pick.html"), b"whole", root=tmp_path)
    assert sorted(path.name for path in target.parent.iterdir()) == [".other.0123456789ab.part", "pick.html"]


@posix
def test_a_link_in_the_place_of_a_half_file_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"old")
    part_of(tmp_path / "x").symlink_to(tmp_path / "precious")
    write_whole(Path("x"), b"new", root=tmp_path)
    assert ((tmp_path / "precious").read_bytes(), (tmp_path / "x").read_bytes()) == (b"old", b"new")


def test_what_is_taken_away_goes_with_its_half_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write_whole(Path("out") / name, b"x", root=tmp_path)
    part_of(tmp_path / "out" / "a.csv").write_bytes(b"half")
    (tmp_path / "out" / "folder.csv").mkdir()
    for name in ("a.csv", "folder.csv", "never.csv"):
        take_away(Path("out") / name, root=tmp_path)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b.csv", "folder.csv"]
    with pytest.raises(Refused, match="outside"):
        take_away(Path("../x"), root=tmp_path)


def test_a_full_disk_is_a_matter_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(28))
    with pytest.raises(StoreError, match="the disk is full"):
        write_whole(Path("x"), b"new", root=tmp_path)
