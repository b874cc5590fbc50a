"""From a header row to the columns that hold our fields."""
