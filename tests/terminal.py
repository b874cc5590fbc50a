"""The program in a terminal of 80 columns and 24 lines, as a person sees it."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pyte

COLUMNS, LINES = 80, 24
_SEQUENCE = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>])")


class Terminal:
    """Starts the program; what it writes is on `screen`, and all of it in `raw`."""

    def __init__(self, words, *, cwd, env):
        self.screen = pyte.HistoryScreen(COLUMNS, LINES, history=10_000)
        self.raw = ""
        self._stream = pyte.Stream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "batch_tracker", *map(str, words)],
            cwd=cwd,
            env={"TERM": "xterm-256color", **env},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def wait_for(self, text):
        """Read until the program has written a text, or ended."""
        begun = len(self.raw)
        self._read_until(lambda: text in self.raw[begun:])
        assert text in self.raw[begun:], self.raw

    def type(self, text):
        """Type a line."""
        os.write(self._master, f"{text}\r".encode())

    def finish(self):
        """Read until the program ends, and return its exit code."""
        self._read_until(lambda: False)
        os.close(self._master)
        return self._process.wait()

    def _read_until(self, is_enough):
        while not is_enough():
            data = b""
            with contextlib.suppress(OSError):  # how Linux says that the other side has ended
                data = os.read(self._master, 65536)
            if not data:
                return
            text = data.decode("utf-8", "replace")
            self.raw += text
            self._stream.feed(text)

    @property
    def lines(self):
        """All lines that are, or were, on the screen; those still there last."""
        above = [
            "".join(line[column].data for column in range(COLUMNS))
            for line in self.screen.history.top
        ]
        return [line.rstrip() for line in (*above, *self.screen.display)]

    @property
    def too_long(self):
        """What was written on one line and is wider than the screen, but for one long word."""
        parts = (_SEQUENCE.sub("", part) for part in re.split(r"[\r\n]", self.raw))
        return [part for part in parts if len(part) > COLUMNS and " " in part.strip()]
