"""`python -m batch_tracker` is the same program as `batch-tracker`."""

from batch_tracker.cli import main

main()
