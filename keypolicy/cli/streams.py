"""Standard input, output and error, and files for reading."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from keypolicy.document.load import load, loads
from keypolicy.document.model import KeyPolicy
from keypolicy.errors import DocumentError, Problem
from keypolicy.outputs.text import printable

__all__ = [
    "STANDARD_INPUT",
    "colours_wanted",
    "complain",
    "flush",
    "progress_wanted",
    "read_policy",
    "reading",
    "write",
]

STANDARD_INPUT = "-"
_ORIGIN = "<stdin>"


def read_policy(file: str, *, lenient: bool) -> KeyPolicy:
    """The key policy in a file or on standard input; DocumentError as `load` and `loads` raise it."""
    if file != STANDARD_INPUT:
        return load(file, lenient=lenient)
    with reading(file) as stream:
        content = stream.read()
    return loads(content, lenient=lenient, origin=_ORIGIN)


@contextmanager
def reading(file: str) -> Iterator[IO[bytes]]:
    """A file or standard input, opened for reading; DocumentError, as of `load`, if that cannot be done."""
    if file == STANDARD_INPUT:
        if sys.stdin is None:
            raise DocumentError((Problem("not-readable", "standard input is closed"),), origin=_ORIGIN)
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - closed below; errors of the block must not be caught here
    except FileNotFoundError:
        raise DocumentError((Problem("file-not-found", "there is no such file"),), origin=file) from None
    except IsADirectoryError:
        raise DocumentError((Problem("is-a-directory", "this is a directory, not a file"),), origin=file) from None
    except (OSError, ValueError) as error:
        raise DocumentError((Problem("not-readable", f"cannot be read: {error}"),), origin=file) from error
    with stream:
        yield stream


def write(text: str) -> None:
    """Write to standard output; what its encoding lacks is written as an escape."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def flush() -> None:
    """Write out what is buffered, so that failures show while they can be told."""
    if sys.stdout is not None:
        sys.stdout.flush()


def complain(lines: Iterable[str]) -> None:
    """Write lines to standard error."""
    if sys.stderr is not None:
        sys.stderr.writelines(f"{printable(line)}\n" for line in lines)


def colours_wanted(choice: str) -> bool:
    """Whether to write colours: as chosen, and by itself only to a terminal."""
    return choice == "always" or (choice == "auto" and _is_terminal(sys.stdout))


def progress_wanted() -> bool:
    """Whether somebody watches standard error."""
    return _is_terminal(sys.stderr)


def _is_terminal(stream: IO[str] | None) -> bool:
    """Whether a standard stream, None if it is closed, is a terminal."""
    return stream is not None and stream.isatty()
