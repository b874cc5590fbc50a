"""What every test relies on."""

import signal

# A shell ignores Ctrl-C for what it starts in the background, and children inherit that: the
# tests that press it would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
