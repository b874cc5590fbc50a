"""Telling people at the terminal: what a manifest or a server holds is shown, never obeyed."""

import re

import click

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What moves a terminal's cursor, changes its title or turns its text around."""


def print_text(text: str, *, err: bool = False) -> None:
    """Write a text that may hold anything, on stdout or stderr."""
    click.echo(_OBEYED.sub("\ufffd", text), err=err)
