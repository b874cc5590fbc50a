"""From one cell to one value, or to the issues that say why not."""
