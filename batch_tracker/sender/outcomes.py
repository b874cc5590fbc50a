"""What a row came to, by the last reply to it. Pure functions."""

from batch_tracker.model import Answer, Outcome, State, Step, Verdict
from batch_tracker.sender.retry import Tries


def outcome_of(step: Step, verdict: Verdict, tries: Tries) -> Outcome:
    """Return what a row came to whose last reply is final.

    A lost answer is settled by a later accepted one: the same PUT has the same effect twice. Where
    none came, the row stays in doubt; where a refusal came, it is rejected and looked up at the end
    (`ReadBack.resolve_doubts`), as the first call may have been taken.
    """
    state = _state(verdict, tries)
    return _outcome(step, state, verdict, _in_words(state, verdict, tries))


def unauthorized(step: Step, verdict: Verdict) -> Outcome:
    """Return the outcome of a row whose every token was refused while other rows got through."""
    message = (
        f"The server refuses the login for this PO, but accepts it for others: {verdict.message}"
    )
    return _outcome(step, State.REJECTED, verdict, message)


def _outcome(step: Step, state: State, verdict: Verdict, message: str) -> Outcome:
    return Outcome(
        row=step.row, state=state, code=verdict.code, message=message, status=verdict.status
    )


def _state(verdict: Verdict, tries: Tries) -> State:
    if verdict.answer is Answer.ACCEPTED:
        return State.UPDATED
    if verdict.answer is Answer.REFUSED:
        return State.REJECTED
    return State.IN_DOUBT if tries.doubtful else State.FAILED


def _in_words(state: State, verdict: Verdict, tries: Tries) -> str:
    if state is State.UPDATED:
        return ""  # what was sent stands in the row
    if state is State.REJECTED:
        return verdict.message
    times = "1 try" if tries.counted == 1 else f"{tries.counted} tries"
    if state is State.FAILED:
        return f"Failed after {times}. Last answer: {verdict.message}"
    return (
        f"Sellercloud may have taken this or not: {times}, and at least one answer was "
        "lost. Look the PO up, or send it again with retry. Last answer: "
        f"{verdict.message}"
    )
