"""What a person sees in a terminal of 80 columns."""

import pytest

from tests.terminal import Terminal


@pytest.fixture
def terminal(program):
    """Start the program in a terminal."""

    def terminal(*words, **environment):
        env = program.environment | environment
        return Terminal(words, cwd=program.folder, env=env)

    return terminal


def test_a_run_against_a_quota_shows_no_broken_line(program, serve, terminal):
    serve(latency_s=0.01)
    program.environment["BATCH_TRACKER_QUOTA"] = "100/2"
    run = terminal("run", program.manifest(300))
    run.wait_for("quota used up, goes on at ")
    assert run.finish() == 0
    assert run.too_long == []
    shown = run.lines
    assert "  updated   300" in shown
    assert any(line.startswith("  calls     30") for line in shown)
    assert not any("%" in line or "rows" in line for line in shown), shown
