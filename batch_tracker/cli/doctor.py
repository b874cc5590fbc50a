"""The command for the day on which something is wrong."""

import sys

import click

from batch_tracker.cli import options
from batch_tracker.cli.output import print_json, print_text

_LABELS = {"ok": "ok    ", "warn": "look  ", "fail": "wrong "}


@click.command(short_help="Check everything a run needs, and say what to do.")
@options.option("--offline", is_flag=True, help="Make no connection and no call.")
@options.as_json
def doctor(offline: bool, as_json: bool) -> None:
    """Check everything a run needs, and say what to do about each problem.

    It makes two calls at most: a login, and a look at the list of purchase orders.
    """
    from batch_tracker.doctor import examine

    findings = []
    for finding in examine(options.config_given(), offline=offline):
        findings.append(finding)
        if not as_json:
            lines = [f"{_LABELS[finding.status]} {finding.check:<11}  {finding.message}"]
            lines += [f"{'':20}{finding.hint}"] if finding.hint else []
            print_text("\n".join(lines))
    worst = max((finding.status for finding in findings), key=list(_LABELS).index)
    if as_json:
        checks = [finding._asdict() for finding in findings]
        print_json({"status": worst, "checks": checks})
    sys.exit(1 if worst == "fail" else 0)
