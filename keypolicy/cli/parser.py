"""The argument parser: as argparse has it, except that wrong usage is a Complaint like any other."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from keypolicy.cli.complaints import Complaint
from keypolicy.cli.streams import write

__all__ = ["EXIT_CODES", "Commands", "Parser", "Version"]

EXIT_CODES = """\
exit codes:
  0  it holds
  1  it does not hold: an action is denied in any case
  2  wrong usage, or an input that cannot be read
  3  only conditional answers remain: it depends on something that was not stated, or that AWS does not document
"""


class Parser(argparse.ArgumentParser):
    """Shows description and epilog as they are written, and takes no abbreviated options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Complain in one line, in place of argparse's usage and exit."""
        raise Complaint(f"{self.prog}: {message}; see {self.prog} --help [wrong-usage]")


class Version(argparse.Action):
    """Shows the version of the installed package; it is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *rest: object) -> NoReturn:
        """Print the version and end."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("keypolicy")
        except PackageNotFoundError:
            number = "(not installed)"
        write(f"keypolicy {number}\n")
        parser.exit()


#: What `add_subparsers` gives; argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001
