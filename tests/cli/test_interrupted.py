"""Ctrl-C at any moment of the start leaves no traceback."""

import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.parametrize("moment", range(8))
def test_ctrl_c_while_the_program_is_loaded_is_no_traceback(moment):
    words = [sys.executable, "-X", "importtime", "-m", "batch_tracker", "runs"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        # What comes before is the interpreter's own: nothing of ours is there yet to catch it.
        next(line for line in process.stderr if "click" in line)
        time.sleep(moment * 0.02)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()


def test_ctrl_c_that_comes_in_a_callback_is_not_lost():
    code = (
        "import signal, sys, time, types, weakref\n"
        "from batch_tracker import __main__\n"
        "class Loaded: pass\n"
        "def press(_):\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "def program():\n"
        "    module = Loaded()\n"
        "    watched = weakref.ref(module, press)\n"
        "    del module\n"
        "    for _ in range(6000):\n        time.sleep(0.01)\n"
        "sys.modules['batch_tracker.cli.main'] = types.SimpleNamespace(main=program)\n"
        "__main__.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "")
