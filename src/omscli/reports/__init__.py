"""One report per file: a SELECT and its columns."""
