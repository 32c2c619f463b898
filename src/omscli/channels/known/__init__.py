"""One channel per file. A file here defines `READERS`, a tuple of `channels.reader.Reader`, each named like the file."""
