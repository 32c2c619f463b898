"""One criterion per file, each an amount where less is better: `CRITERION` in every module, found by its folder."""
