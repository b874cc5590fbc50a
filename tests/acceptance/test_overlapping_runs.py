"""Two runs at the same moment whose files have POs in common."""

import json

import pytest


@pytest.mark.parametrize("workers", [1, 8])
def test_of_two_files_with_the_same_rows_no_row_is_sent_twice(program, serve, workers):
    server = serve(latency_s=0.02)
    first, second = program.manifest(300), program.manifest(300, name="second.csv")
    second.write_text(second.read_text("utf-8") + "\n", "utf-8")  # not the very same file
    words = ("--json", "--workers", str(workers))
    runs = [program.start("run", path, *words) for path in (first, second)]
    ended = [json.loads(run.communicate()[0]) for run in runs]
    assert server.calls.puts.total() == len(server.calls.puts) == 300
    assert [each["status"] for each in ended] == ["success", "success"]
    updated = [each["counts"]["updated"] for each in ended]
    unchanged = [each["counts"]["unchanged"] for each in ended]
    assert sum(updated) == sum(unchanged) == 300


def test_force_sends_what_is_known_to_be_applied(program, server):
    program.json("run", program.manifest(3))
    assert program.json("run", program.manifest(3), "--force")["counts"]["updated"] == 3
    assert server.calls.puts.total() == 6
