"""Bytes to text. Never guesses silently: every step of the ladder is exact, and a file that fits none is refused with its place.

The ladder: UTF-8 with or without mark, UTF-16 by its mark, Windows-1252 without a single undefined byte. A file is looked through
once, a part at a time, before any of it is read.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from itertools import chain

from omscli.channels.source import Source
from omscli.errors import Refused

_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
# What the first bytes of a file say it is, whatever its name.
_MAGIC = (
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook, not a CSV file", "unpack it, or save the sheet as CSV UTF-8"),
    (b"\x1f\x8b", "is compressed (gzip)", "unpack it first:  gunzip {name}"),
    (_OLD_WORKBOOK, "is an old Excel workbook (.xls)", "save the sheet as CSV UTF-8"),
    (b"%PDF", "is a PDF document", "download the file as CSV"),
    (b"{\\rtf", "is a document of a word processor (RTF)", "save it as CSV UTF-8"),
)
# The name of the part that holds the rest, in a workbook that asks for a password.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# What no text holds together with a NUL, though one of them alone may get into a customer's words.
_CONTROLS = re.compile(b"[\x01-\x08\x0e-\x19\x1c-\x1f]")
_PAGE = re.compile(rb"<(!doctype )?html", re.IGNORECASE)
_HTML = re.compile(rb"\s*<(!doctype|html|head|\?xml)", re.IGNORECASE)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNDEFINED = re.compile(b"[\x81\x8d\x8f\x90\x9d]")  # the bytes that Windows-1252 has no letter for
_START = 4096
_LONGEST_LINE = 16  # parts of 1 MB in which no line ends: no table has such a line
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True, slots=True)
class Coding:
    """How the text of a file is written, and its fingerprint; `notices` are for the seller."""

    encoding: str
    sha256: str
    has_nul: bool = False
    is_workbook: bool = False
    notices: tuple[str, ...] = ()

    @property
    def codec(self) -> str:
        """Python's name of the encoding; a mark in front of the text is none of it."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


def is_workbook(source: Source) -> bool:
    """An Excel workbook of today (.xlsx): a ZIP archive with a workbook in it."""
    mark, rest = b"xl/workbook.xml", b""
    for part in source.chunks():
        if not rest and not part.startswith(b"PK\x03\x04"):
            return False
        if mark in rest + part:
            return True
        rest = part[-len(mark) :]
    return False


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    for part in source.chunks():
        digest.update(part)
    return digest.hexdigest()


def coding_of(source: Source) -> Coding:
    """How the file is written. Raises Refused, each time with its own sentence, for what is no text."""
    with source.binary() as file:
        start = file.read(_START)
    if start.startswith(b"PK\x03\x04") and is_workbook(source):
        return Coding("xlsx", _sha256(source), is_workbook=True)
    if start.startswith(_OLD_WORKBOOK) and _LOCKED in source.whole():
        raise Refused(f"{source.name} is a workbook with a password", "open it, and save the sheet as CSV UTF-8")
    _refuse_other_things(source.name, start)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refused(f"{source.name} is UTF-32 text", "save it as CSV UTF-8")
    if start.startswith(_UTF16):
        return _looked_through(source, "utf-16")
    if start[:200].count(0) > len(start[:200]) // 4:
        raise Refused(f"{source.name} is UTF-16 text without its mark, or no text at all", "save it as CSV UTF-8")
    if 0 in start and len(set(_CONTROLS.findall(start))) > 3:
        raise Refused(f"{source.name} is no text, but a picture, a program or another file of bytes", "download the file as CSV")
    return _looked_through(source, "utf-8")


def coding_as(source: Source, encoding: str) -> Coding:
    """The coding of a file whose encoding the seller named; nothing else is tried. Raises Refused with the place of what does not fit."""
    with source.binary() as file:
        start = file.read(_START)
    _refuse_other_things(source.name, start)
    codec = codecs.lookup(encoding).name
    hint = "rules.yaml names the encoding of its reader; leave `encoding` out there and it is found from the file"
    if start.startswith(codecs.BOM_UTF8) and not codec.startswith("utf-8"):
        raise Refused(f"{source.name} begins with the mark of UTF-8 and is not {encoding}", hint)
    decoder = codecs.getincrementaldecoder("utf-8-sig" if codec == "utf-8" else encoding)()
    digest, has_nul, at = hashlib.sha256(), False, 0
    for part in chain(source.chunks(), (b"",)):
        digest.update(part)
        try:
            has_nul = "\0" in decoder.decode(part, final=not part) or has_nul
        except UnicodeError as error:
            offset = at + (error.start if isinstance(error, UnicodeDecodeError) else 0)
            raise Refused(
                f"{source.name}:{_line_at(source, offset)[0]}: this letter is not stored as {encoding} (byte {offset})", hint
            ) from None
        at += len(part)
    return Coding(encoding, digest.hexdigest(), has_nul)


def _refuse_other_things(name: str, start: bytes) -> None:
    if len(start) < _START and not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused(f"{name} is empty", "download it again")
    for magic, what, hint in _MAGIC:
        if start.startswith(magic):
            raise Refused(f"{name} {what}", hint.format(name=name))
    if start.lstrip().startswith(b"<?xml") and not _PAGE.search(start):
        raise Refused(f"{name} is an XML file, not a CSV file", "download it as CSV, or open it and save the sheet as CSV UTF-8")
    if _HTML.match(start):
        raise Refused(
            f"{name} is a web page, not a CSV file", "log in to the channel and download the file again; the page may be its login"
        )


def _looked_through(source: Source, encoding: str) -> Coding:
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, has_nul, at, without_end = hashlib.sha256(), False, 0, 0
    for part in source.chunks():
        digest.update(part)
        try:
            text = decoder.decode(part)
        except UnicodeDecodeError as error:
            if encoding == "utf-16":
                raise Refused(f"{source.name} is cut off or damaged at byte {at + error.start}", "download it again") from None
            return _windows(source)
        at += len(part)
        has_nul = has_nul or "\0" in text
        without_end = 0 if "\n" in text or "\r" in text else without_end + 1
        if without_end > _LONGEST_LINE:
            raise Refused(f"{source.name} has a line of more than {_LONGEST_LINE} MB", "download it again as CSV")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            raise Refused(f"{source.name} is cut off or damaged at byte {at - 1}", "download it again") from None
        return _windows(source)
    return Coding(encoding, digest.hexdigest(), has_nul)


def _windows(source: Source) -> Coding:
    """Windows-1252, unless the file is UTF-8 with a few foreign bytes in it: then reading on would spoil every name."""
    digest, has_nul, good, foreign = hashlib.sha256(), False, 0, 0
    at, first, undefined = 0, -1, -1
    error: UnicodeDecodeError | None = None
    with source.binary() as file:
        for line in file:
            digest.update(line)
            has_nul = has_nul or b"\0" in line
            if not line.isascii():
                good += len(_MULTIBYTE.findall(line))
                foreign += sum(byte >= 0x80 for byte in _MULTIBYTE.sub(b"", line))
                if first < 0:
                    try:
                        line.decode("utf-8")
                    except UnicodeDecodeError as found:
                        error, first = found, at + found.start
                no_letter = _UNDEFINED.search(line)
                if undefined < 0 and no_letter:
                    undefined = at + no_letter.start()
            at += len(line)
    if error is not None and error.reason == "unexpected end of data" and first - error.start + error.end == at:
        raise Refused(f"{source.name}: the last letter is incomplete – the file looks cut off", "download it again")
    if good < foreign and undefined < 0:
        notice = "not UTF-8: read as Windows-1252; look whether the names are right"
        return Coding("cp1252", digest.hexdigest(), has_nul, notices=(notice,))
    if good:
        raise _at_byte(
            source,
            undefined if good < foreign else first,
            "the letters are stored in two ways at once",
            "download the file again and do not join or edit it; or save it as CSV UTF-8",
        )
    raise _at_byte(source, undefined, "a letter is stored neither as UTF-8 nor as Windows-1252", "save the file as CSV UTF-8")


def _at_byte(source: Source, offset: int, what: str, hint: str) -> Refused:
    line, byte = _line_at(source, offset)
    return Refused(f"{source.name}:{line}: {what} (byte {offset}, 0x{byte:02X})", hint)


def _line_at(source: Source, offset: int) -> tuple[int, int]:
    """The line in which a byte stands, whatever ends its lines, and the byte."""
    line, at, last = 1, 0, b""
    for part in source.chunks():
        before = part[: max(0, offset - at)]
        line += before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") - (last == b"\r" and before[:1] == b"\n")
        if offset < at + len(part):
            return line, part[offset - at]
        at, last = at + len(part), part[-1:]
    return line, 0
