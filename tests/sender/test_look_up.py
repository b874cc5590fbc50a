"""What is said where a list of POs can't be had."""

import pytest

from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.look_up import why_no_page


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Access denied.", "Access denied."),
        ("", "The server's answer is not a list of POs."),
    ],
)
def test_the_servers_words_are_told_and_ours_where_it_has_none(message, told):
    assert why_no_page(Verdict(answer=Answer.ACCEPTED, code="", message=message)) == told
