"""`oms`: the order desk of a small seller as a command line.

The house is built in floors, and imports point downwards only: `cli` (the doors) → `workflows` (the steps) → the edges, among
them `store` (the ledger) → pure packages (the knowledge). `docs/architecture.md` follows one order through it.
"""

__version__ = "0.1.0"
