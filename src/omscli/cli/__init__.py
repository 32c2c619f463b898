"""The doors: one module per command group. Options in, one workflow call, one rendering out."""
