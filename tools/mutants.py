"""Break the modules that decide in every way that mutmut knows, one at a time, and see whether a test notices.

    python tools/mutants.py [--survivors] [pattern ...] [--tests test ...]

A pattern names files (`keypolicy/matching/patterns.py`) or mutants (`keypolicy.matching.patterns.x_fold__mutmut_3`);
without one it is all of `MUTATED`. `--survivors` takes only those not known to be killed.
docs/mutants.md says how it works and which survivors are known.

mutmut makes the mutants. Its own runner starts pytest anew for each one and so collects thousands of cases each time;
here they are collected once, and each mutant is tried in a fork of the process that has them.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import fnmatch
import functools
import gc
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeGuard

import pytest
from _pytest.runner import runtestprotocol

__all__ = ["MUTATED", "TESTS", "main"]

ROOT: Final = Path(__file__).resolve().parent.parent
COPY: Final = ROOT / "mutants"
RESULTS: Final = COPY / "results.json"
MUTATED: Final = ("keypolicy/matching/*.py", "keypolicy/evaluation/*.py", "keypolicy/catalogue/actions.py")
TESTS: Final = ("tests/test_cases.py", "tests/matching", "tests/evaluation", "tests/catalogue")
NOT_TESTS: Final = "tests/catalogue/test_generator.py"  # about a tool, and it needs facts that lie outside of the copy
NOT_COPIED: Final = shutil.ignore_patterns(".*", "mutants", "build", "dist", "htmlcov", "__pycache__", "*.egg-info")
KILLED: Final = ("killed", "timeout")
GIGABYTES: Final = 4
SLOW: Final = 0.3
"""Tests that take more seconds than that are about sizes and budgets, and each survivor would have to wait for them."""

Results = dict[str, dict[str, str]]
"""Mutant to its `status` and, if a test noticed, the test in `by`."""


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants; 0 if every one of those tried is killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--survivors", action="store_true", help="only what is not known to be killed")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="test", help="files or folders of tests to try")
    parser.add_argument("patterns", nargs="*", metavar="pattern")
    asked = parser.parse_args(arguments)
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    if importlib.util.find_spec("mutmut") is None:
        parser.error("mutmut is not installed: pip install -e '.[mutants]'")
    mutants = _made(asked.patterns or list(MUTATED))
    if not mutants:
        parser.error(f"no mutant has such a name; files with mutants are {', '.join(MUTATED)}")
    if asked.survivors:
        mutants = [name for name in mutants if known.get(name, {}).get("status") not in KILLED]
    os.chdir(COPY)
    os.environ |= {"MUTANT_UNDER_TEST": "none", "CI": "true"}
    run = _Run(mutants, known)
    pytest.main(
        ["-q", "-s", "-p", "no:cacheprovider", "--rootdir=.", f"--ignore={NOT_TESTS}", *asked.tests], plugins=[run]
    )
    return _report(run.results)


def _made(patterns: list[str]) -> list[str]:
    """Copy the project to `mutants/`, with the mutants that the patterns ask for; their names."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    results = RESULTS.read_text("utf-8") if RESULTS.exists() else "{}"
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT, COPY, ignore=NOT_COPIED)
    RESULTS.write_text(results, "utf-8")
    names = []
    mutated = {path for pattern in MUTATED for path in ROOT.glob(pattern)}
    asked = [
        path for pattern in patterns for path in sorted(mutated) if fnmatch.fnmatch(str(path), f"{ROOT}/{pattern}")
    ]
    for path in dict.fromkeys([*asked, *sorted(mutated)]):
        file = path.relative_to(ROOT)
        module = ".".join(file.with_suffix("").parts)
        whole = any(fnmatch.fnmatch(str(file), pattern) for pattern in patterns)
        if not whole and not any(pattern.startswith(f"{module}.") for pattern in patterns):
            continue
        made = mutate_file_contents(str(file), path.read_text("utf-8"))
        (COPY / file).write_text(made.code, "utf-8")
        here = [f"{module}.{name}" for name in made.mutant_names]
        names += [name for name in here if whole or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]
    return names


class _Run:
    """A plugin that stands in for pytest's loop over the tests: the tests that matter, for each mutant in turn."""

    def __init__(self, mutants: list[str], known: Results) -> None:
        self.mutants = mutants
        self.known = known
        self.results: Results = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once, then for each mutant those that come through its function.

        The first time in an odd order: a test that leans on another must fail there and not be counted as a kill.
        """
        items = {item.nodeid: item for item in random.Random(1).sample(session.items, len(session.items))}  # noqa: S311
        _caches()  # found once, while they can be: what is frozen is no longer listed
        gc.collect()
        gc.freeze()  # the forks then share the memory
        _, clean = _in_a_fork(lambda: _clean_run(items))
        if clean is None or "failed" in clean:
            pytest.exit(f"not even the code as it is passes: {clean}", returncode=1)
        seconds = {test: took for test, (took, _) in clean.items()}
        through: dict[str, list[str]] = {}
        for test, (_, functions) in clean.items():
            for function in functions if seconds[test] <= SLOW else ():
                through.setdefault(function, []).append(test)
        for number, mutant in enumerate(self.mutants, 1):
            function = mutant.rpartition("__mutmut_")[0]
            tests = self._most_telling_first(function, through.get(function, []), seconds)
            self.results[mutant] = _tried(mutant, {items[test]: seconds[test] for test in tests})
            RESULTS.write_text(json.dumps(self.known | self.results, indent=1), "utf-8")
            if self.results[mutant]["status"] not in KILLED:
                print(f"{number}/{len(self.mutants)} {mutant}: {self.results[mutant]['status']}", flush=True)
        return True

    def _most_telling_first(self, function: str, tests: list[str], seconds: dict[str, float]) -> list[str]:
        """What has killed other mutants of the function comes first, then what is quick."""
        kills: dict[str, int] = {}
        for mutant, result in self.results.items():
            if mutant.startswith(f"{function}__mutmut_") and "by" in result:
                kills[result["by"]] = kills.get(result["by"], 0) + 1
        return sorted(tests, key=lambda test: (-kills.get(test, 0), seconds[test]))


def _tried(mutant: str, seconds: dict[pytest.Item, float]) -> dict[str, str]:
    if not seconds:
        return {"status": "no tests"}
    code, failed = _in_a_fork(lambda: _mutant_run(mutant, seconds))
    if code == -signal.SIGPROF:
        return {"status": "timeout"}
    if failed is None:
        return {"status": "killed", "by": "the process died"}
    return {"status": "killed", "by": failed["failed"]} if failed else {"status": "survived"}


def _in_a_fork(run: Callable[[], dict[str, Any]]) -> tuple[int, dict[str, Any] | None]:
    """What `run` returns in a process of its own, and how that process ended; None if it died before."""
    answer = COPY / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        warnings.simplefilter("error")
        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTES << 30, GIGABYTES << 30))
        try:
            answer.write_text(json.dumps(run()), "utf-8")
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code, json.loads(answer.read_text("utf-8")) if answer.exists() else None


def _clean_run(items: dict[str, pytest.Item]) -> dict[str, Any]:
    """For each test the seconds that it takes and the functions that it comes through."""
    from mutmut.mutation import trampoline

    hits: set[str] = set()

    def hit(name: str, **_: object) -> None:
        hits.add(name)

    trampoline.get_mutant_under_test = lambda: "stats"
    trampoline.record_trampoline_hit = hit  # type: ignore[assignment, attr-defined, unused-ignore]
    found = {}
    for item in items.values():
        _forget()
        hits.clear()
        start = time.process_time()
        if reasons := _reasons(item):
            return {"failed": f"{item.nodeid}: {reasons[0]}"}
        found[item.nodeid] = (time.process_time() - start, sorted(hits))
    return found


def _mutant_run(mutant: str, seconds: dict[pytest.Item, float]) -> dict[str, Any]:
    """The first test that fails, if one does; one that takes far more time than it should ends the process."""
    from mutmut.mutation import trampoline

    os.environ["MUTANT_UNDER_TEST"] = mutant  # for processes that a test starts
    trampoline.get_mutant_under_test = lambda: mutant
    _forget()
    for item, took in seconds.items():
        signal.setitimer(signal.ITIMER_PROF, 1 + 10 * took)
        if reasons := _reasons(item):
            return {"failed": item.nodeid, "why": reasons[0]}
    return {}


def _reasons(item: pytest.Item) -> list[str]:
    """Why the test fails, if it does."""
    if _is_plain(item):
        try:
            item.obj(**item.callspec.params if hasattr(item, "callspec") else {})
        except BaseException as error:  # noqa: BLE001 - a mutant may raise anything
            return [repr(error)]
        return []
    reports = runtestprotocol(item, log=False, nextitem=None)
    return [report.longreprtext for report in reports if report.failed]


def _is_plain(item: pytest.Item) -> TypeGuard[pytest.Function]:
    """Whether the test takes nothing but its parameters, so that it can do without all that pytest does around it."""
    if not isinstance(item, pytest.Function) or any(item.iter_markers("xfail")):
        return False
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return set(item.fixturenames) <= {*parameters, "_poisoned_processes"}


def _forget() -> None:
    """Empty the caches of keypolicy but for the data files: what they hold was computed by code of another mutant."""
    for cache in _caches():
        cache.cache_clear()


@functools.cache
def _caches() -> list[Any]:
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, functools._lru_cache_wrapper)  # noqa: SLF001 - nothing else names it
        and each.__module__.startswith("keypolicy.")
        and each.__module__ != "keypolicy.catalogue.records"
    ]


def _report(results: Results) -> int:
    """Print the score, and each survivor with what was changed in it; 0 if there is none."""
    files: dict[str, list[str]] = {}
    for mutant, result in results.items():
        files.setdefault(mutant.rpartition(".")[0], []).append(result["status"])
        if result["status"] not in KILLED:
            print(f"\n{mutant}: {result['status']}", *_difference(mutant), sep="\n")
    print()
    for name, statuses in [*files.items(), ("all", [status for each in files.values() for status in each])]:
        counts = {status: statuses.count(status) for status in ("killed", "timeout", "survived", "no tests")}
        killed = counts["killed"] + counts["timeout"]
        said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
        print(f"{name}: {len(statuses)} mutants, {said}: {100 * killed / max(len(statuses), 1):.1f} %")
    return int(any(result["status"] not in KILLED for result in results.values()))


def _difference(mutant: str) -> Iterator[str]:
    module, _, name = mutant.rpartition(".")
    code = (COPY / Path(*module.split("."))).with_suffix(".py").read_text("utf-8")
    original = name.rpartition("__mutmut_")[0] + "__mutmut_orig"
    lines = difflib.unified_diff(_source(code, original), _source(code, name), lineterm="", n=1)
    return (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _source(code: str, name: str) -> list[str]:
    """The lines of the body of the function of this name, without what mutmut adds."""
    for node in ast.walk(_parsed(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            text = ast.get_source_segment(code, node) or ""
            return [line.partition("# type: ignore # mutmut generated")[0].rstrip() for line in text.splitlines()][1:]
    return []


@functools.cache
def _parsed(code: str) -> ast.Module:
    return ast.parse(code)


if __name__ == "__main__":
    sys.exit(main())
