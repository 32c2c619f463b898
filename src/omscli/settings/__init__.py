"""rules.yaml, checked and turned into the plain objects that the pure packages define."""
