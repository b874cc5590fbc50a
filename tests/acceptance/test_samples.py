"""The samples as a user tries them: without a flag, from the command line."""

from pathlib import Path

PROFILES = Path(__file__).parents[2] / "samples" / "profiles"


def test_the_sample_of_every_shipped_profile_is_checked_without_a_flag(program):
    done = program("check", PROFILES)
    assert done.returncode == 1, done.stderr  # some rows are there to show what needs a person
    assert done.stderr == ""
    for sample in PROFILES.iterdir():
        about = done.stdout.partition(f"{sample}\n")[2].splitlines()[:3]
        assert any(f"Profile {sample.stem}, recognised by its headers" in line for line in about)
