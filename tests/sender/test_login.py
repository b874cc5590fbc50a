"""One login for all, another when it is needed, and never a loop of them."""

import asyncio

import pytest

from batch_tracker.errors import LoginRefused, ServerUnusable, SettingsRefused
from batch_tracker.model import State

WORKERS = [1, 8, 32]
SLOW = {"token_lifetime_s": 1200.0, "latency_s": 0.001}


@pytest.mark.parametrize("workers", [1, 8])
def test_a_token_is_renewed_before_it_ends(play, clock, workers):
    async def seconds_pass(_latency):
        clock.advance(12)

    async def story(job):
        await job.send()
        assert job.counts == {State.UPDATED: 110}
        assert 401 not in {call.status for call in job.sandbox.calls}
        assert job.sandbox.calls.logins == 2
        assert job.says_the_truth()

    play(story, rows=110, workers=workers, server=SLOW, server_sleep=seconds_pass)


@pytest.mark.parametrize("workers", WORKERS)
def test_tokens_revoked_with_calls_under_way_cost_one_login_and_no_row(play, workers):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.puts.total() >= 40)
        job.sandbox.revoke_tokens()
        await sending
        assert job.counts == {State.UPDATED: 120}
        assert job.sandbox.calls.logins == 2
        refused = [call for call in job.sandbox.calls if call.status == 401]
        assert 1 <= len(refused) <= workers
        assert job.says_the_truth()

    play(story, rows=120, workers=workers)


@pytest.mark.parametrize("workers", WORKERS)
def test_tokens_that_never_work_end_the_run_after_two_logins(play, workers):
    async def story(job):
        job.sandbox.always("401")
        with pytest.raises(LoginRefused, match="has just issued"):
            await job.send()
        assert job.sandbox.calls.logins == 2
        assert job.sandbox.calls.puts.total() <= 2 * workers + 2
        assert job.counts == {State.NOT_SENT: 100}
        assert job.says_the_truth()
        job.sandbox.always(None)
        await job.send()
        assert job.counts == {State.UPDATED: 100}

    play(story, rows=100, workers=workers)


def test_a_single_row_with_tokens_that_never_work_stays_open(play):
    async def story(job):
        job.sandbox.always("401")
        with pytest.raises(LoginRefused):
            await job.send()
        assert (job.sandbox.calls.logins, job.open) == (2, 1)

    play(story, rows=1)


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("po", [1001, 1006, 1012])
def test_a_po_that_is_always_unauthorized_is_rejected_and_the_others_are_not(play, po, workers):
    async def story(job):
        job.sandbox.script(po, *["401"] * 10)
        await job.send()
        assert job.states.pop(po) is State.REJECTED
        assert "for this PO, but accepts it for others: Invalid Token" in job.messages[po]
        assert job.counts == {State.UPDATED: 11, State.REJECTED: 1}
        assert job.sandbox.calls.logins <= 3
        assert job.sandbox.calls.puts[po] == 2
        assert job.says_the_truth()

    play(story, rows=12, workers=workers)


def test_two_such_pos_in_a_row_do_not_end_the_run(play):
    async def story(job):
        job.sandbox.script(1005, *["401"] * 10)
        job.sandbox.script(1006, *["401"] * 10)
        await job.send()
        assert job.counts == {State.UPDATED: 10, State.REJECTED: 2}
        assert job.sandbox.calls.logins <= 5

    play(story, rows=12, workers=1)


@pytest.mark.parametrize("status", [400, 401])
def test_wrong_credentials_are_tried_exactly_once(play, status):
    async def story(job):
        with pytest.raises(LoginRefused, match="The user name or password is incorrect"):
            await job.send()
        assert len(job.sandbox.calls) == job.sandbox.calls.logins == 1
        assert job.open == 5

    play(story, password="wrong", server={"wrong_credentials_status": status})


@pytest.mark.parametrize(
    "fault", ["500", "500-generic", "502-html", "reset-before", "truncated", "html-200"]
)
def test_a_login_in_server_trouble_is_tried_again(play, fault):
    async def story(job):
        job.sandbox.script("token", fault, fault)
        await job.send()
        assert job.sandbox.calls.logins == 3
        assert job.counts == {State.UPDATED: 5}
        assert job.says_the_truth()

    play(story)


@pytest.mark.parametrize("fault", ["500", "502-html", "reset-before", "html-200"])
def test_a_login_that_never_gets_through_ends_the_run_after_as_many_tries(play, fault):
    async def story(job):
        job.sandbox.script("token", *[fault] * 20)
        with pytest.raises(ServerUnusable, match="The login got no usable answer"):
            await job.send()
        assert len(job.sandbox.calls) == job.sandbox.calls.logins == 3
        assert job.open == 5
        assert job.says_the_truth()

    play(story)


def test_a_login_without_a_token_ends_the_run(play):
    async def story(job):
        job.sandbox.script("token", "not-applied-200")
        with pytest.raises(ServerUnusable, match="without a token"):
            await job.send()
        assert len(job.sandbox.calls) == 1

    play(story)


def test_a_redirected_login_names_where_it_was_sent(play):
    async def story(job):
        job.sandbox.script("token", "redirect")
        with pytest.raises(LoginRefused, match="/signed-out"):
            await job.send()
        assert len(job.sandbox.calls) == 1

    play(story)


def test_a_server_that_is_not_there_is_named(play):
    async def story(job):
        job.move_to("http://127.0.0.1:1/rest/api")
        with pytest.raises(ServerUnusable, match="could not be reached"):
            await job.send()
        assert job.open == 5

    play(story)


def test_without_a_password_nothing_is_begun(play):
    async def story(job):
        with pytest.raises(SettingsRefused, match="No password"):
            await job.send()
        assert len(job.sandbox.calls) == 0

    play(story, password=None)


@pytest.mark.parametrize("workers", WORKERS)
def test_tokens_that_live_shorter_than_the_quota_makes_calls_wait_end_the_run(play, workers):
    async def story(job):
        with pytest.raises(ServerUnusable, match="3 logins in a row were useless"):
            await job.send()
        assert len(job.sandbox.calls) == job.sandbox.calls.logins == 3
        assert job.open == 5
        assert job.says_the_truth()

    play(story, workers=workers, quota="1/60", server={"token_lifetime_s": 30.0})


def test_a_token_that_has_just_ended_costs_another_login_and_no_more(play):
    """Two calls in any 60 seconds: a login, and one row before the token ends."""

    async def story(job):
        await job.send()
        assert job.counts == {State.UPDATED: 5}
        assert job.sandbox.calls.logins <= 5
        assert job.says_the_truth()

    play(story, workers=1, quota="2/60", server={"token_lifetime_s": 30.0})
