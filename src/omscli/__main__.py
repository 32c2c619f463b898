"""`python -m omscli` is the same as `oms`."""

from omscli.cli.app import main

if __name__ == "__main__":
    main()
