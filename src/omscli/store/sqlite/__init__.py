"""SQLite: one module of SQL per subject. SQL that PostgreSQL speaks too, except in `connect` and `migrate`."""
