"""`batch_tracker/README.md` names every module, in the words of the module itself.

`python tests/test_map.py` writes the map anew after a module was added, renamed or reworded.
"""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "batch_tracker"
README = PACKAGE / "README.md"
_MAP = re.compile(r"(?<=<!-- map -->\n).*?(?=<!-- end of map -->)", re.DOTALL)
_NAME = re.compile(r"`((?:\w+/)*\w+\.(?:py|sql))`")


def told_by(module: Path) -> str:
    """Return the first line of a module's docstring."""
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return docstring.partition("\n")[0]


def the_map() -> str:
    """Return every module with what it says of itself, a list a package."""
    parts = []
    packages = [PACKAGE, *sorted(each.parent for each in PACKAGE.rglob("*/__init__.py"))]
    for package in packages:
        modules = [each for each in sorted(package.glob("*.py")) if each.stem != "__init__"]
        name = package.relative_to(PACKAGE).as_posix()
        heading = "batch_tracker" if name == "." else name
        lines = [
            f"- `{module.relative_to(PACKAGE).as_posix()}`: {told_by(module)}" for module in modules
        ]
        parts.append(
            f"\n### {heading}/\n\n{told_by(package / '__init__.py')}\n\n" + "\n".join(lines)
        )
    return "\n".join(parts) + "\n\n"


def test_every_module_is_named_in_its_own_words():
    assert _MAP.findall(README.read_text("utf-8")) == [the_map()], "run python tests/test_map.py"


def test_every_name_exists():
    names = set(_NAME.findall(_MAP.sub("", README.read_text("utf-8"))))
    assert names
    assert {
        name
        for name in names
        if not any((top / name).exists() for top in (PACKAGE, PACKAGE.parent))
    } == set()


if __name__ == "__main__":
    README.write_text(_MAP.sub(lambda _: the_map(), README.read_text("utf-8")), "utf-8")
