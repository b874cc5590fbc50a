"""The command for the day on which something is wrong."""

import sys
from typing import TYPE_CHECKING

import click

from batch_tracker.cli import options
from batch_tracker.cli.output import print_json, print_text

if TYPE_CHECKING:
    from batch_tracker.doctor import Finding

_LABELS = {"ok": "ok    ", "warn": "look  ", "fail": "wrong "}


@click.command()
@options.option("--offline", is_flag=True, help="Make no connection and no call.")
@options.as_json
def doctor(offline: bool, as_json: bool) -> None:
    """Check everything a run needs, and say what to do about each problem.

    It makes two calls at most for an account: a login, and a look at the list of purchase orders.
    Where there are several accounts and none is named, it looks at all of them.
    """
    from batch_tracker.doctor import examine

    findings: list[Finding] = []
    for finding in examine(options.given_everywhere(), offline=offline):
        if not as_json:
            print_text(_text(finding, findings[-1].account if findings else ""))
        findings.append(finding)
    worst = max((finding.status for finding in findings), key=list(_LABELS).index)
    if as_json:
        checks = [finding._asdict() for finding in findings]
        print_json({"status": worst, "checks": checks})
    sys.exit(1 if worst == "fail" else 0)


def _text(finding: "Finding", last_account: str) -> str:
    is_other = finding.account and finding.account != last_account
    lines = [f"\nAccount {finding.account}"] if is_other else []
    lines.append(f"{_LABELS[finding.status]} {finding.check:<11}  {finding.message}")
    lines += [f"{'':20}{finding.hint}"] if finding.hint else []
    return "\n".join(lines)
