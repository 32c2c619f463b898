"""Where bytes come from: what cannot be read, what can be read once only, and what changes under the reader's eyes."""

from __future__ import annotations

import gc
import io
import os
import tempfile
import threading
from pathlib import Path

import pytest

from omscli.channels.opening import open_file
from omscli.channels.reader import Context
from omscli.channels.source import Source
from omscli.errors import OmsError, Refused

STOCK = b"sku,location,on_hand\nMUG,main,1\nCAP,main,2\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "stock.csv"
    found.write_bytes(STOCK)
    return found


def test_a_pipe_is_kept_while_it_is_needed_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(STOCK,))
    writer.start()
    source = Source.of_path(tmp_path / "pipe")
    writer.join()
    assert source.whole() == source.whole() == STOCK
    assert len(list(tmp_path.glob("oms-*"))) == 1
    del source
    gc.collect()
    assert list(tmp_path.glob("oms-*")) == []


def test_a_stream_without_end_is_refused_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("omscli.channels.source.MOST_KEPT", 3 << 20)
    with pytest.raises(Refused, match="standard input goes on after 3 MB"):
        Source.of_stream("standard input", Endless())
    gc.collect()
    assert list(tmp_path.iterdir()) == []


class Endless(io.RawIOBase):
    """Gives for ever."""

    def read(self, size: int = -1) -> bytes:
        return bytes(size)


def test_a_full_disk_under_a_stream_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OmsError) as caught:
        Source.of_stream("standard input", Full())
    assert caught.value.message == f"standard input could not be kept in {tempfile.gettempdir()}: No space left on device"
    assert caught.value.hint == "free space there, or name a file"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device")
def test_a_device_is_no_file() -> None:
    with pytest.raises(Refused, match="/dev/zero is a device or a socket, not a file"):
        Source.of_path(Path("/dev/zero"))


def test_a_file_that_grows_between_two_walks_is_refused(path: Path) -> None:
    source = Source.of_path(path)
    assert source.whole() == STOCK
    path.write_bytes(STOCK + b"TEE,main,3\n")
    with pytest.raises(Refused) as caught:
        source.whole()
    assert caught.value.message == f"{path} changed while it was being read"
    assert caught.value.hint == "wait until the download is complete, and run it again"


def test_a_file_that_grows_during_the_last_walk_is_refused_at_its_end(path: Path) -> None:
    file = open_file("stock.csv", Source.of_path(path))
    items = file.reader.read(file.sheet, Context())
    next(iter(items))
    with path.open("ab") as more:
        more.write(b"TEE,main,3\n")
    with pytest.raises(Refused, match="changed while it was being read"):
        list(items)


def test_a_file_that_is_replaced_or_taken_away_is_refused(path: Path) -> None:
    source = Source.of_path(path)
    other = path.with_name("other.csv")
    other.write_bytes(STOCK)
    other.replace(path)
    with pytest.raises(Refused, match="changed while it was being read"):
        source.whole()
    path.unlink()
    with pytest.raises(Refused, match="was taken away while it was being read"):
        source.whole()
