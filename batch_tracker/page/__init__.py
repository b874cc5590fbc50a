"""The page: the same work in a browser, on this machine, for the person who started it."""
