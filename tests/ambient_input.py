"""The poison under which every test runs: code of keypolicy that asks the world is stopped, all other code is not.

Refused to every module of keypolicy, and to whatever it calls: network, clock, chance, environment variables, the
working directory, other processes, listings of folders, and files that nobody named. `boto3` and `botocore` cannot be
imported by anyone. `ALLOWED` has all exceptions.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any, Final, NamedTuple

__all__ = ["ALLOWED", "AmbientInputError", "poison"]


class AmbientInputError(BaseException):
    """Code of keypolicy has asked for what its caller did not hand it; no `except Exception` hides it."""


class Allowed(NamedTuple):
    """Something that a module of keypolicy may ask for, and why."""

    what: str
    asked_by: str
    through: str
    why: str


_LISTED: Final = "importlib.metadata"
ALLOWED: Final = (
    Allowed("os.environ", "keypolicy.cli", "shutil", "argparse breaks the lines of help to the width of the terminal"),
    Allowed("os.environ", "keypolicy.cli", "gettext", "argparse speaks the language of the user"),
    Allowed("open", "keypolicy.cli", "gettext", "argparse speaks the language of the user"),
    Allowed("os.environ", "keypolicy.", "pydantic.plugin._loader", "pydantic asks which plugins are switched off"),
    Allowed("os.", "keypolicy.", "pydantic.plugin._loader", "pydantic looks for installed plugins"),
    Allowed("open", "keypolicy.", "pydantic.plugin._loader", "pydantic looks for installed plugins"),
    Allowed("open", "keypolicy.analysis.profiles", "", "installed packages may bring profiles (entry points)"),
    Allowed("os.", "keypolicy.analysis.profiles", _LISTED, "installed packages may bring profiles (entry points)"),
    Allowed("os.scandir", "keypolicy.analysis.profiles", "", "installed packages may bring profiles (entry points)"),
    Allowed("os.listdir", "keypolicy.analysis.profiles", "", "the same, as Python before 3.13 lists a folder"),
    Allowed("open", "keypolicy.cli.parser", _LISTED, "`--version` reads the version of what is installed"),
    Allowed("os.", "keypolicy.cli.parser", _LISTED, "`--version` reads the version of what is installed"),
    Allowed("open " + os.devnull, "keypolicy.cli", "", "what is left of a broken standard output goes there"),
)
"""Nothing here reaches an answer. Besides these: importing modules; files in the folder of the package; and files that
the caller named, in an argument of the function that was called or in the command line of the process."""

_EVENTS: Final = ("socket.", "subprocess.", "urllib.", "http.", "ftplib.", "smtplib.", "ssl.", "glob.", "tempfile.")
_EVENTS_OF_OS: Final = frozenset(
    f"os.{name}" for name in ("system", "exec", "fork", "forkpty", "posix_spawn", "spawn", "startfile")
)
_EVENTS_WITH_PATH: Final = frozenset({"open", "os.listdir", "os.scandir"})
_CLOCKS: Final = ["time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"]
_CALENDARS: Final = {"localtime": 1, "gmtime": 1, "ctime": 1, "asctime": 1, "strftime": 2}
"""With how many arguments these tell of the time that they are given; with fewer, of now."""
_CHANCES: Final = ["random", "randint", "randrange", "uniform", "choice", "choices", "sample", "shuffle", "getrandbits"]
_ABOUT_THE_MACHINE: Final = ["getcwd", "getcwdb", "urandom", "getlogin", "getpid", "uname", "cpu_count", "times"]


def _is_ours(module: str) -> bool:
    return module == "keypolicy" or module.startswith("keypolicy.")


def _is_beside_the_point(module: str) -> bool:
    """Importing modules is allowed, and what measures the coverage of a run asks between two lines of whoever runs."""
    return module.startswith(("importlib._bootstrap", "_frozen_importlib", "coverage."))


def refuse(what: str, path: object = None) -> None:
    """Raise AmbientInputError if it is code of keypolicy that asks, unless it may."""
    asked_by, through, entry = "", set(), None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = str(frame.f_globals.get("__name__"))
        if _is_ours(module):
            asked_by, entry = asked_by or module, frame
        elif module.startswith("tests.") and module != __name__:
            break
        elif not asked_by:
            if _is_beside_the_point(module):
                return
            through.add(module)
        frame = frame.f_back
    if entry is None or any(_permits(each, what, asked_by, through) for each in ALLOWED):
        return
    if path is None or not (_is_own_data(path) or _is_named(path, entry)):
        raise AmbientInputError(f"{asked_by} asks for {what}")


def _permits(allowed: Allowed, what: str, asked_by: str, through: set[str]) -> bool:
    return (
        what.startswith(allowed.what)
        and asked_by.startswith(allowed.asked_by)
        and (not allowed.through or allowed.through in through)
    )


def _is_own_data(path: object) -> bool:
    package = sys.modules.get("keypolicy")
    folders = [] if package is None else [f"{folder}{os.sep}" for folder in package.__path__]
    return isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(tuple(folders))


def _is_named(path: object, entry: FrameType) -> bool:
    """Whether the caller of keypolicy handed over this path."""
    code = entry.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    handed = [entry.f_locals.get(name) for name in names]
    handed += [sys.argv]
    return any(_holds(value, path) for value in handed)


def _holds(value: object, path: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds(each, path) for each in value)
    if isinstance(value, str):
        return value == path or value.rpartition("=")[2] == path
    return isinstance(value, os.PathLike) and value.__fspath__() == path


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _EVENTS_WITH_PATH:
        if not isinstance(arguments[0], int):  # an open file has a number
            path = "." if arguments[0] is None else os.fsdecode(arguments[0])
            refuse(f"{event} {path}", path)
    elif event.startswith(_EVENTS) or event in _EVENTS_OF_OS:
        refuse(event)


def _poisoned(holder: Any, names: Iterable[str], called: str) -> None:
    for name in names:
        setattr(holder, name, _asking(getattr(holder, name), f"{called}.{name}"))


def _asking(original: Callable[..., Any], what: str, *, unless_given: int = sys.maxsize) -> Callable[..., Any]:
    def call(*arguments: Any, **keywords: Any) -> Any:
        if len(arguments) < unless_given:
            refuse(what)
        return original(*arguments, **keywords)

    return call


class _Class(type):
    """Takes values of the class that it stands in for as its own."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])


class _Datetime(dt.datetime, metaclass=_Class):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        refuse("datetime.now")
        return dt.datetime.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        refuse("datetime.utcnow")
        return cls.now(dt.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        refuse("datetime.today")
        return cls.now()


class _Date(dt.date, metaclass=_Class):
    @classmethod
    def today(cls) -> Any:
        refuse("date.today")
        return _Datetime.now().date()


def _seed(original: Callable[..., None]) -> Callable[..., None]:
    def seed(self: random.Random, a: Any = None, *arguments: Any, **keywords: Any) -> None:
        if a is None:
            refuse("random.Random()")
        original(self, a, *arguments, **keywords)

    return seed


def poison() -> None:
    """Stop code of keypolicy, from now on in this process, from asking for anything that it was not handed."""
    for name in ("boto3", "botocore"):
        sys.modules[name] = None  # type: ignore[assignment]  # makes importing it fail
    _poisoned(time, [f"{name}{unit}" for name in _CLOCKS for unit in ("", "_ns")], "time")
    for name, given in _CALENDARS.items():
        setattr(time, name, _asking(getattr(time, name), f"time.{name}", unless_given=given))
    _poisoned(os, _ABOUT_THE_MACHINE, "os")
    _poisoned(random, _CHANCES, "random")
    _poisoned(uuid, ["uuid1", "uuid4", "getnode"], "uuid")
    _poisoned(type(os.environ), ["__getitem__", "__iter__", "__len__", "__contains__"], "os.environ")
    random.Random.seed = _seed(random.Random.seed)  # type: ignore[method-assign]
    random._urandom = os.urandom  # type: ignore[attr-defined]  # random took it when it was imported
    for stand_in, name in ((_Datetime, "datetime"), (_Date, "date")):
        stand_in.__module__, stand_in.__name__, stand_in.__qualname__ = "datetime", name, name
        setattr(dt, name, stand_in)
    sys.addaudithook(_watch)
