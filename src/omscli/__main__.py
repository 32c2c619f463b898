"""The console script, and `python -m omscli`.

Nothing is imported before an interruption can be told in words: Ctrl-C while Python still loads is no traceback either.
"""

import sys


def main() -> None:
    """Run the command line. Interrupted: exit code 130, nothing half done."""
    try:
        from omscli.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing is half done\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
