"""The root command, and the only error door.

Command modules are imported when they are called: `oms --version` and a typo cost no more than typer itself.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core
import typer.main

from omscli import __version__
from omscli.errors import OmsError

# name -> (module, attribute, one line of help). The eight verbs of the day come first.
COMMANDS: dict[str, tuple[str, str]] = {
    "import": ("importing", "Take in files from outside: orders, products, stock, tracking"),
    "route": ("routing", "Decide where each order ships from, and claim the stock"),
    "pick": ("picking", "Release planned shipments: pick lists and packing slips"),
    "pack": ("packing", "Which box and what goes in first; weigh and measure parcels"),
    "ship": ("shipping", "Goods leave: tracking by hand or from a file"),
    "sync": ("syncing", "Stock feeds in, stock and tracking files out; what cron runs"),
    "notify": ("notifying", "Write the mails that are due, and send them"),
    "status": ("status", "What needs you now"),
    "why": ("why", "Why an order ships from where it does"),
    "promise": ("promise", "Can it be sold, and when does it arrive"),
    "simulate": ("simulate", "What past runs would have done under other rules"),
    "order": ("orders", "Look at orders, hold, release, cancel, edit, pin them"),
    "stock": ("stock", "The shared stock view; receive, adjust, count, transfer, set aside"),
    "purchase": ("purchases", "What to buy, how much, and by when"),
    "product": ("products", "The catalogue, and what other channels call things"),
    "shipment": ("shipments", "What leaves, and what has left"),
    "return": ("returns", "What comes back: from the customer's wish to the money"),
    "channel": ("channels", "The channels, and what waits to be uploaded"),
    "rules": ("rules", "Check rules.yaml, run its examples, see what each rule costs"),
    "undo": ("undo", "Take a run back, or hear exactly why not"),
    "doctor": ("doctor", "Prove that the books agree"),
    "backup": ("backup", "A verified copy of the store; verify, restore"),
    "init": ("start", "Make a new home with a commented rules.yaml"),
    "demo": ("demo", "A small business and its whole morning, in ./oms-demo"),
}


class Root(typer.core.TyperGroup):
    """Finds commands by name without importing the others, and turns refusals into words and exit codes."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the day."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, imported now; None for an unknown name, and then the nearest one is named."""
        known = self.commands.get(cmd_name)
        if known is None and cmd_name in COMMANDS:
            module, summary = COMMANDS[cmd_name]
            app = import_module(f"omscli.cli.{module}").app
            known = typer.main.get_command(app)
            known.name = cmd_name
            known.short_help = summary
            self.commands[cmd_name] = known
        return known if known is not None else super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Names every command to typer's own search for the nearest one."""
        if args and args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """The error door: `error:` and `hint:` on standard error, the error's own exit code. Never a traceback."""
        try:
            return super().invoke(ctx)
        except OmsError as error:
            _say(error)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            sys.stderr.write("interrupted: nothing is half done\n")
            raise typer.Exit(130) from None
        except Exception as error:
            # typer's own exceptions (usage, exit, abort) carry an exit code or are its control flow.
            if hasattr(error, "exit_code") or type(error).__module__.startswith(("typer", "click")) or os.environ.get("OMS_DEBUG"):
                raise
            where = _last_place(error)
            _say(
                OmsError(
                    f"a defect: {type(error).__name__} in {where}: {error}",
                    "nothing half done; OMS_DEBUG=1 shows the whole trace, please report it",
                )
            )
            raise typer.Exit(1) from error


def _say(error: OmsError) -> None:
    from omscli.render.error import error_text

    sys.stderr.write(error_text(error))


def _last_place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


app = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(value: bool) -> None:
    if value:
        sys.stdout.write(f"oms {__version__}\n")
        raise typer.Exit


@app.callback(
    help="The order desk of a small seller: what came in, where it ships from, what the customer hears.\n\n\b\nA morning:\n  oms import\n  oms route\n  oms pick\n  oms ship --from labels.csv\n  oms notify"
)
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")] = False,
) -> None:
    del version


def _storable(word: str) -> str:
    """A word of the command line without lone surrogates, which no store takes: what is no UTF-8 comes as these.

    The name of a file that is there stays as it is, or nobody could open it.
    """
    plain = word.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return word if plain != word and os.path.lexists(word) else plain


def main() -> None:
    """The console script."""
    if hasattr(os, "umask"):
        os.umask(0o077)  # customers' addresses are nobody else's business
    from omscli.render.streams import finish, prepare_streams

    # A command lives for seconds and its data has no cycles: at the usual threshold the collector would take a third of
    # the time of a large morning and find nothing.
    gc.set_threshold(1_000_000, 50, 50)
    prepare_streams()
    sys.argv[1:] = map(_storable, sys.argv[1:])
    try:
        app(prog_name="oms")
    finally:
        finish(sys.stdout, sys.stderr)
        gc.freeze()  # Python looks for cycles once more when it ends: in a large morning for nothing
