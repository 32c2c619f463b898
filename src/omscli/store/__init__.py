"""The ledger and everything else that is remembered: one SQLite file behind the questions of `ports`."""
