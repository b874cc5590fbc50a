"""From a file's bytes to rows of cells: every container format, and its limits."""
