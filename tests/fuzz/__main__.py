"""Coverage-guided runs of the targets, with atheris.

    python -m tests.fuzz loader --executions 1000000
    python -m tests.fuzz batch_lines --seconds 30
    python -m tests.fuzz loader --replay crash-0123abcd

Needs the extra `fuzz`, except for --replay. A run ends at the first input that breaks a promise, which it leaves in the
current folder, and its exit code is then not 0. With --corpus what was found and how much was done is kept, and the
next run goes on from there: DIRECTORY/TARGET are the inputs, DIRECTORY/TARGET.executions is the number of executions
of all runs so far.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz.mutations import WORDS, mutated
from tests.fuzz.targets import SEEDS, TARGETS, check_of

MEGABYTES_ALLOWED: Final = 1024
SECONDS_ALLOWED: Final = 30
_EXECUTIONS_BETWEEN_NOTES: Final = 1000


def main() -> None:
    """Run what the command line says; does not return from a run with atheris, which ends the process."""
    options = _options()
    if options.replay:
        for file in options.replay:
            print(file, flush=True)  # noqa: T201 - the file that breaks a promise is the last one named
            check_of(options.target)(Path(file).read_bytes())
        return
    if options.corpus is not None:
        _run(options.target, options.corpus, options)
    else:
        with tempfile.TemporaryDirectory() as corpus:
            _run(options.target, Path(corpus), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--executions", type=int, default=0, help="how many inputs to try (default: no end)")
    parser.add_argument("--seconds", type=int, default=0, help="for how long (default: no end)")
    parser.add_argument("--corpus", type=Path, help="where to keep what was found (default: nowhere)")
    parser.add_argument("--most-bytes", type=int, default=2048, help="length of an input at most (default: 2048)")
    parser.add_argument("--replay", nargs="+", metavar="FILE", help="try these files alone, without atheris")
    return parser.parse_args()


def _run(target: str, directory: Path, options: argparse.Namespace) -> None:
    try:
        import atheris
    except ModuleNotFoundError:
        sys.exit("atheris is not installed: pip install -e '.[fuzz]'; only --replay needs none")

    with atheris.instrument_imports(include=["keypolicy"]):
        check = check_of(target)
    corpus = directory / target
    corpus.mkdir(parents=True, exist_ok=True)
    dictionary = directory / "words.dict"
    dictionary.write_text("".join(f'"{_spelt(word)}"\n' for word in WORDS if word), encoding="ascii")

    def mutate(data: bytes, most_bytes: int, seed: int) -> bytes:
        random = Random(seed)
        return mutated(data, random, most_bytes) if random.random() < 0.7 else atheris.Mutate(data, most_bytes)

    arguments = [
        sys.argv[0],
        f"-atheris_runs={options.executions}" if options.executions else "-atheris_runs=-1",
        f"-max_total_time={options.seconds}",
        f"-max_len={options.most_bytes}",
        f"-rss_limit_mb={MEGABYTES_ALLOWED}",
        f"-timeout={SECONDS_ALLOWED}",
        f"-dict={dictionary}",
        "-print_final_stats=1",
        "-reload=0",
        str(corpus),
        str(SEEDS / target),
    ]
    atheris.Setup(arguments, _counted(check, directory / f"{target}.executions"), custom_mutator=mutate)
    atheris.Fuzz()


def _counted(check: Callable[[bytes], None], file: Path) -> Callable[[bytes], None]:
    """The same check; how often it was called is added to the number in the file every now and then."""
    total = int(file.read_text("ascii")) if file.exists() else 0
    started = time.monotonic()
    first = total

    def checked(data: bytes) -> None:
        nonlocal total
        check(data)
        total += 1
        if total % _EXECUTIONS_BETWEEN_NOTES == 0:
            file.write_text(f"{total}\n", encoding="ascii")
        if total % (100 * _EXECUTIONS_BETWEEN_NOTES) == 0:
            rate = (total - first) / (time.monotonic() - started)
            print(f"{total:,} executions, {rate:,.0f} a second", flush=True)  # noqa: T201 - the run's progress

    return checked


def _spelt(word: str) -> str:
    """The word as libFuzzer's dictionaries spell it."""
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
