"""One user-visible verb each: read once, decide once, write once, in one visible transaction."""
