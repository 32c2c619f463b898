"""Where goods lie and how many of them are free. Pure; the ledger itself is in `store`."""
