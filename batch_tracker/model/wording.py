"""Numbers in sentences."""


def plural(number: int, noun: str) -> str:
    """Return `1 row`, `2 rows`, `1,204 rows`."""
    return f"{number:,} {noun}" + "s" * (number != 1)
