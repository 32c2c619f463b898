"""Letters that the built-in font has not: which font of this machine has them, and what to install where none does."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

HERE = Path(__file__).parent / "fonts"
REGULAR, BOLD = HERE / "DejaVuSans.ttf", HERE / "DejaVuSans-Bold.ttf"

# First word of a letter's Unicode name: (beginnings of font files, best first; the Debian package that has one).
_CJK = (
    ("droidsansfallbackfull", "wqy-microhei", "notosanscjk-regular", "notosanscjk", "msyh", "yugoth", "malgun", "simsun", "arial unicode"),
    "fonts-noto-cjk",
)
_EMOJI = (("notoemoji", "symbola", "notocoloremoji", "seguiemj"), "fonts-noto-color-emoji")
_SCRIPTS = {
    **dict.fromkeys(
        ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "FULLWIDTH", "HALFWIDTH", "IDEOGRAPHIC", "BOPOMOFO", "KATAKANA-HIRAGANA"), _CJK
    ),
    "ARABIC": (("notosansarabic-regular", "notonaskharabic-regular", "arial", "tahoma"), "fonts-noto-core"),
}


def fonts_of_the_machine() -> list[Path]:
    """Every TrueType and OpenType file in the usual folders and in `$OMS_FONTS`, by name."""
    return list(_files(os.environ.get("OMS_FONTS", "")))


@lru_cache(maxsize=4)
def _files(extra: str) -> tuple[Path, ...]:
    found = {path for folder in _folders(extra) for path in _below(folder)}
    return tuple(sorted(found, key=lambda path: (path.name.casefold(), str(path))))


def _folders(extra: str) -> list[Path]:
    own = [Path(part) for part in extra.split(os.pathsep) if part]
    home = Path.home()
    if sys.platform == "win32":
        return [*own, Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
    if sys.platform == "darwin":
        return [*own, home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    return [*own, home / ".local/share/fonts", home / ".fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]


def _below(folder: Path) -> Iterator[Path]:
    for where, _, names in os.walk(folder):
        yield from (Path(where) / name for name in names if name.casefold().endswith((".ttf", ".otf", ".ttc")))


def script_of(letter: str) -> str:
    """The first word of the letter's name in Unicode: ARABIC, CJK, DEVANAGARI; EMOJI for pictures, "" where it has no name."""
    if unicodedata.category(letter) == "So" or (ord(letter) >= 0x1F000 and ord(letter) < 0x20000):
        return "EMOJI"
    return unicodedata.name(letter, "").split(" ")[0]


def font_for(letter: str) -> Path | None:
    """A font of this machine that has the letter: one made for its script, Noto before others."""
    script = script_of(letter)
    wanted, _ = _wanted(script)
    for start in wanted:
        for path in fonts_of_the_machine():
            if path.stem.casefold().startswith(start) and ord(letter) in letters_of(path):
                return path
    return None


def package_for(letter: str) -> str:
    """The package of Debian and Ubuntu whose fonts have the letter."""
    return _wanted(script_of(letter))[1]


def _wanted(script: str) -> tuple[tuple[str, ...], str]:
    if script == "EMOJI":
        return ((*_EMOJI[0], "notosanssymbols2-regular", "notosanssymbols-regular"), _EMOJI[1])
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    name = script.casefold()
    return ((f"notosans{name}-regular", f"notoserif{name}-regular", f"notosans{name}", "notosans-regular", "freesans"), "fonts-noto-core")


@cache
def letters_of(path: Path) -> frozenset[int]:
    """The code points a font has a shape for; none where the file cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, ValueError, KeyError):
        return frozenset()
