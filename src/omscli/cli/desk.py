"""What every command has in common: the options after its name, the home it works in, the screen it speaks to."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from omscli.errors import OmsError, UsageError
from omscli.render.show import Screen

COMMON: dict[str, Any] = {
    "home": (
        Annotated[Path | None, typer.Option("--home", metavar="DIR", help="The home folder; else $OMS_HOME, else the nearest one upward.")],
        None,
    ),
    "db": (Annotated[Path | None, typer.Option("--db", metavar="FILE", help="Another store than oms.db of the home.", hidden=True)], None),
    "json_": (Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")], False),
    "quiet": (Annotated[bool, typer.Option("-q", "--quiet", help="Only problems.")], False),
    "verbose": (Annotated[bool, typer.Option("-v", "--verbose", help="More words.")], False),
    "dry_run": (Annotated[bool, typer.Option("-n", "--dry-run", help="Show what would happen; change nothing.")], False),
    "yes": (Annotated[bool, typer.Option("-y", "--yes", help="Answer questions with yes.")], False),
    "no_input": (Annotated[bool, typer.Option("--no-input", help="Never ask; what would need an answer is refused.")], False),
    "wait": (Annotated[str, typer.Option("--wait", metavar="TIME", help="How long to wait for another oms that writes.")], "30s"),
    "attention_ok": (
        Annotated[bool, typer.Option("--attention-ok", help="Leave with 0 instead of 3 when something needs a person.")],
        False,
    ),
}
SHAPES: dict[str, Any] = {
    "csv_": (Annotated[bool, typer.Option("--csv", help="CSV for a spreadsheet.")], False),
    "jsonl": (Annotated[bool, typer.Option("--jsonl", help="One JSON object a line.")], False),
}


@dataclass
class Desk:
    """One call of a command."""

    home_dir: Path | None
    db: Path | None
    screen: Screen
    verbose: bool = False
    dry_run: bool = False
    yes: bool = False
    no_input: bool = False
    wait_s: float = 30.0
    attention_ok: bool = False

    @cached_property
    def home(self) -> Any:
        """The home; raises StoreError (exit 5) where there is none."""
        from omscli.workflows.home import find_home

        home = find_home(self.home_dir, self.db, self.wait_s)
        if self.screen.is_tty:
            with suppress(OmsError):  # instants are shown on the seller's clock; what is wrong in rules.yaml is said where it matters
                self.screen.zone = ZoneInfo(home.settings.timezone)
        return home

    @contextmanager
    def store(self) -> Iterator[Any]:
        """The store for a command that writes; a dry run gets one for questions."""
        if self.dry_run:
            with self.reading() as store:
                yield store
            return
        with self.home.store() as store:
            yield store

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The store for a command that asks; an empty one in memory where nothing was ever written."""
        from omscli.store.open import empty_store

        store = self.home.reading() or empty_store()
        with store:
            yield store

    def ask(self, question: str) -> bool:
        """Yes or no from a person. Without a terminal the answer must come with `-y`."""
        if self.yes:
            return True
        if self.no_input or not sys.stdin.isatty():
            raise UsageError(question, "answer with --yes; there is nobody to ask here")
        return typer.confirm(question, err=True)

    def leave(self, *, attention: bool) -> None:
        """The end of a command: 3 where something needs a person."""
        if attention and not self.attention_ok:
            raise typer.Exit(3)


def seconds_of(text: str) -> float:
    """`30s`, `2m`, `500ms`, `30`."""
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|)", text.strip())
    if not found:
        raise UsageError(f"--wait {text} is no time", "write 30s, 2m or 0s")
    return float(found[1]) * {"ms": 0.001, "s": 1, "": 1, "m": 60}[found[2]]


def command(
    app: typer.Typer, name: str | None = None, *, examples: tuple[str, ...], lists: bool = False, bare: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command with the common options behind its own; its first parameter is the Desk.

    A `bare` one is what the group does when no verb follows its name.
    """
    extra = COMMON | (SHAPES if lists else {})

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = list(signature.parameters.values())[1:]
        added = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for key, (kind, default) in extra.items()
        ]

        @wraps(function)
        def run(**given: Any) -> None:
            context = given.pop("context", None)
            common = {key: given.pop(key) for key in extra}
            if context is None or context.invoked_subcommand is None:
                function(_desk(common), **given)

        own = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]
        if bare:
            own.append(inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context))
        run.__signature__ = signature.replace(parameters=own + added)  # type: ignore[attr-defined]  # typer reads it
        run.__annotations__ = {one.name: one.annotation for one in own + added} | {"return": None}
        del run.__wrapped__  # else inspect would look through to the function without the common options
        shown = "\n".join(f"  {line}" for line in examples)
        text = f"{inspect.cleandoc(function.__doc__ or '')}\n\n\b\nExample{'s' if len(examples) > 1 else ''}:\n{shown}"
        if bare:
            app.callback(invoke_without_command=True, help=text)(run)
        else:
            app.command(name, help=text, context_settings={"help_option_names": ["-h", "--help"]})(run)
        return run

    return register


def group(help_text: str, *, bare: bool = False) -> typer.Typer:
    """A noun with its verbs; a `bare` one does something without any verb."""
    app = typer.Typer(
        help=help_text,
        no_args_is_help=not bare,
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    if not bare:
        app.callback()(_only_a_group)
    return app


def _only_a_group() -> None:
    """Without it typer would take a group of one command for the command itself."""


def single() -> typer.Typer:
    """A verb of its own."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def _desk(common: dict[str, Any]) -> Desk:
    shape = "csv" if common.get("csv_") else "jsonl" if common.get("jsonl") else "auto"
    screen = Screen(sys.stdout, sys.stderr, sys.stdout.isatty(), quiet=common["quiet"], json=common["json_"], shape=shape)  # type: ignore[arg-type]  # one of Shape
    return Desk(
        common["home"],
        common["db"],
        screen,
        common["verbose"],
        common["dry_run"],
        common["yes"],
        common["no_input"],
        seconds_of(common["wait"]),
        common["attention_ok"],
    )


def items_of(texts: list[str], *, negative: bool = False) -> list[tuple[str, int]]:
    """`SKU:QTY` as typed; a SKU may hold colons, the last one counts. Raises UsageError."""
    found = []
    for text in texts:
        sku, mark, number = text.rpartition(":")
        if not mark or not re.fullmatch(r"[+-]?[0-9]{1,6}", number):
            raise UsageError(f"--item {text} is no SKU:QTY", "for example --item MUG-BLUE:3")
        units = int(number)
        if units == 0 or (units < 0 and not negative):
            raise UsageError(
                f"--item {text}: the quantity must be {'other than 0' if negative else 'more than 0'}", "for example --item MUG-BLUE:3"
            )
        found.append((sku, units))
    return found


def many(count: int, word: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
