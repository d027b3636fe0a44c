"""The pages tell the truth: Python runs, command lines print what stands below them, links lead somewhere."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from keypolicy.cli import main

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# The reference shows fragments of policies and is no page of examples.
PAGES_WITH_EXAMPLES = [page for page in PAGES if page.name != "semantics.md"]

FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<title>.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page; its text begins on the line numbered `line`."""

    language: str
    text: str
    line: int


class Command(NamedTuple):
    """A command line of a console block and all that it prints."""

    arguments: list[str]
    output: str


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["text"], text.count("\n", 0, found.start("text")) + 1)
        for found in FENCED.finditer(text)
        if found["language"] == language
    ]


def commands(block: Block) -> Iterator[Command]:
    joined = block.text.replace("\\\n", "")
    for part in re.split(r"^\$ ", joined, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        yield Command(shlex.split(line), output)


def run_python(page: Path, block: Block, namespace: dict[str, Any]) -> None:
    if ">>> " not in block.text:
        padding = "\n" * (block.line - 1)
        exec(compile(padding + block.text, str(page), "exec"), namespace)  # noqa: S102  # our own pages
        return
    session = doctest.DocTestParser().get_doctest(block.text, namespace, page.name, str(page), block.line - 1)
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(
        session, out=report.append, clear_globs=False
    )
    assert results.failed == 0, "".join(report)
    namespace.update(session.globs)


def page_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The fragments that a Git host makes of the headings of a page."""
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", found["title"].lower()).replace(" ", "-") for found in HEADING.finditer(prose)}


@pytest.mark.parametrize("page", [page for page in PAGES_WITH_EXAMPLES if blocks(page, "python")], ids=page_name)
def test_python_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks of a page run from top to bottom, and sessions print what they show."""
    monkeypatch.chdir(ROOT)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks(page, "python"):
        run_python(page, block, namespace)


@pytest.mark.parametrize("page", [page for page in PAGES_WITH_EXAMPLES if blocks(page, "console")], ids=page_name)
def test_command_lines_of_a_page_print_what_they_show(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each `$ keypolicy` line prints the text below it, and `$ echo $?` shows the exit code of the line before."""
    monkeypatch.chdir(ROOT)
    exit_code = None
    for block in blocks(page, "console"):
        for command in commands(block):
            match command.arguments:
                case ["keypolicy", *arguments]:
                    exit_code = main(arguments)
                    printed = capsys.readouterr()
                    assert printed.out + printed.err == command.output, f"{page.name}, block at line {block.line}"
                case ["echo", "$?"]:
                    assert command.output == f"{exit_code}\n", f"{page.name}, block at line {block.line}"
                case other:
                    pytest.fail(f"{page.name}, block at line {block.line}: {other} is no command that a page may show")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_of_a_page_lead_to_a_page_of_the_project(page: Path) -> None:
    """Each relative link names a file that is there, and a heading that is in it."""
    for found in LINK.finditer(FENCED.sub("", page.read_text(encoding="utf-8"))):
        target, _, fragment = found["target"].partition("#")
        if "://" in target:
            continue
        linked = page.parent / target if target else page

        assert linked.exists(), f"{page.name} links to {target}"
        assert not fragment or fragment in anchors(linked), f"{page.name} links to {found['target']}"


def test_every_page_is_in_the_index() -> None:
    """The index of the documentation links to every other page of it."""
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    linked = {found["target"] for found in LINK.finditer(index)}

    assert {page.name for page in ROOT.glob("docs/*.md")} - linked == {"README.md"}


def test_the_readme_has_the_two_commands_that_ci_runs() -> None:
    """The README holds two shell blocks, try and test, which `.ci/run` reads from it and executes."""
    first, second = blocks(ROOT / "README.md", "sh")

    assert "keypolicy check examples/" in first.text
    assert second.text.rstrip().endswith("pytest")
