"""From a row of cells to a record that can be sent, or that says why it is not."""
