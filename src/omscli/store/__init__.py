"""The ledger and everything else that is remembered: one SQLite file, asked subject by subject."""
