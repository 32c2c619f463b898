"""Bytes to text. Never guesses silently: every step of the ladder is exact, and a file that fits none is refused with its place.

The ladder: UTF-8 with or without mark, UTF-16 by its mark, Windows-1252 without a single undefined byte.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from omscli.errors import Refused

# What the first bytes of a file say it is, whatever its name.
_MAGIC = (
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook, not a CSV file", "unpack it, or save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "is compressed (gzip)", "unpack it first:  gunzip {name}"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook (.xls)", "save the sheet as CSV UTF-8"),
    (b"%PDF", "is a PDF document", "download the file as CSV"),
)
_HTML = re.compile(rb"\s*<(!doctype|html|head|\?xml)", re.IGNORECASE)
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and how it was written; `notices` are for the seller."""

    text: str
    encoding: str
    notices: tuple[str, ...] = ()


def is_workbook(data: bytes) -> bool:
    """An Excel workbook of today (.xlsx): a ZIP archive with a workbook in it."""
    return data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data


def decoded(name: str, data: bytes) -> Decoded:
    """The text of the file. Raises Refused, each time with its own sentence, for what is no text."""
    _refuse_other_things(name, data)
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            return Decoded(_utf16(name, data[2:], encoding), "utf-16")
    if data[:200].count(0) > len(data[:200]) // 4:
        raise Refused(f"{name} is UTF-16 text without its mark, or no text at all", "save it as CSV UTF-8")
    try:
        return Decoded(data.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError as error:
        return _windows(name, data, error)


def decoded_as(name: str, data: bytes, encoding: str) -> Decoded:
    """The text of a file whose encoding the seller named; nothing else is tried. Raises Refused with the place of what does not fit."""
    _refuse_other_things(name, data)
    codec = codecs.lookup(encoding).name
    hint = "rules.yaml names the encoding of its reader; leave `encoding` out there and it is found from the file"
    if data.startswith(codecs.BOM_UTF8) and not codec.startswith("utf-8"):
        raise Refused(f"{name} begins with the mark of UTF-8 and is not {encoding}", hint)
    try:
        text = data.decode("utf-8-sig" if codec == "utf-8" else encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data[:start].count(b"\n") + 1
        raise Refused(f"{name}:{line}: this letter is not stored as {encoding} (byte {start})", hint) from None
    return Decoded(text.removeprefix("\ufeff"), encoding)


def _refuse_other_things(name: str, data: bytes) -> None:
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused(f"{name} is empty", "download it again")
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise Refused(f"{name} {what}", hint.format(name=name))
    if _HTML.match(data):
        raise Refused(
            f"{name} is a web page, not a CSV file", "log in to the channel and download the file again; the page may be its login"
        )


def _utf16(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is cut off or damaged at byte {error.start + 2}", "download it again") from None


def _windows(name: str, data: bytes, utf8: UnicodeDecodeError) -> Decoded:
    """Windows-1252, unless the file is UTF-8 with a few foreign bytes in it: then reading on would spoil every name."""
    if utf8.end == len(data) and utf8.reason == "unexpected end of data":
        raise Refused(f"{name}: the last letter is incomplete – the file looks cut off", "download it again")
    offset = utf8.start
    good = len(_MULTIBYTE.findall(data))
    foreign = sum(byte >= 0x80 for byte in _MULTIBYTE.sub(b"", data))
    if good < foreign:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            offset = error.start
        else:
            return Decoded(text, "cp1252", ("not UTF-8: read as Windows-1252; look whether the names are right",))
    line = data[:offset].count(b"\n") + 1
    raise Refused(
        f"{name}:{line}: the letters are stored in two ways at once (byte {offset}, 0x{data[offset]:02X})",
        "download the file again and do not join or edit it; or save it as CSV UTF-8",
    )
