"""No sentence that a user can meet is longer than 25 words."""

from itertools import chain

from batch_tracker.cli.main import cli
from tests import sentences
from tests.sentences import Sentence

MOST_WORDS = 25

EXCEPTIONS: dict[str, str] = {}
"""How a longer sentence begins, and why it has to be one."""


def too_long(found):
    return [each for each in found if each.words > MOST_WORDS]


def is_exempt(sentence):
    return sentence.text.startswith(tuple(EXCEPTIONS))


def everything():
    return chain(
        sentences.in_messages(),
        sentences.in_help(cli),
        sentences.in_markdown(sentences.ROOT / "README.md"),
        sentences.in_pages(),
        sentences.in_scripts(),
        sentences.in_templates(),
        sentences.in_hazards(),
    )


def test_no_sentence_is_longer_than_25_words_but_for_the_exceptions():
    long = too_long(everything())
    assert [each for each in long if not is_exempt(each)] == []
    assert len({each.text for each in long}) == len(EXCEPTIONS), "an exception is not needed"


def test_what_is_looked_at_is_there():
    for found, least in (
        (sentences.in_messages(), 1000),
        (sentences.in_help(cli), 100),
        (sentences.in_markdown(sentences.ROOT / "README.md"), 200),
        (sentences.in_pages(), 20),
        (sentences.in_scripts(), 100),
        (sentences.in_templates(), 20),
        (sentences.in_hazards(), 200),
    ):
        assert len(set(found)) > least


def test_a_long_sentence_is_found_wherever_it_stands(tmp_path):
    long = " ".join(["word"] * 26) + "."
    (tmp_path / "a.py").write_text(
        f'"""{long} {long}"""\nx = 1\nshow("Short. {long}")\nshow(f"{{x}} {long[5:]} {{x}}")\n',
        "utf-8",
    )
    (tmp_path / "b.toml").write_text(f'# {long}\ndescription = "{long}"\n', "utf-8")
    (tmp_path / "c.html").write_text(f"<style>{long}</style><p>{long}</p>", "utf-8")
    (tmp_path / "e.js").write_text(f"// {long}\nsay('{long}', `${{a}} {long[5:]}`);\n", "utf-8")
    page = tmp_path / "d.md"
    page.write_text(f"Short.\n\n- {long}\n\n| a | {long} |\n\n```sh\n{long}\n```\n", "utf-8")
    found = (
        too_long(sentences.in_messages(tmp_path)),
        too_long(sentences.in_templates(tmp_path)),
        too_long(sentences.in_pages(tmp_path)),
        too_long(sentences.in_scripts(tmp_path)),
        too_long(sentences.in_markdown(page)),
    )
    assert [len(each) for each in found] == [2, 2, 1, 2, 2]
    assert Sentence("a.py", long) in found[0]
