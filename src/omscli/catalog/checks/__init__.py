"""One check of the catalogue per file."""
