"""Where the key-policy decision stands: every figure beside pydantic's bare validation of the same text, in one run.

    python benchmarks/key_policy_decision.py [--seconds 1]

Times are the best of several repeats on this machine, whatever it is; the ratios are what carries over.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import timeit
from collections.abc import Callable, Sequence
from pathlib import Path

import pydantic

from keypolicy import KeyMetadata, Principal, RequestContext, access, check, loads
from keypolicy.document.model import KeyPolicy

KEY = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
DESTINATION = Principal.account("444455556666")
GRANTS = RequestContext({"kms:GrantIsForAWSResource": True})
ARTICLE = (Path(__file__).parent.parent / "examples" / "backup-copy-source-key.json").read_text("utf-8")
REPEATS = 7
ROUNDS = 50


def large_policy(statements: int = 100, size: int = 32_000) -> str:
    """A policy of many statements, two of which concern the destination, near KMS's limit of 32 KB."""
    padding = "p" * (size // statements - 270)
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": f"{index} {padding}",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{444455556666 if index % 50 == 0 else 10**11 + index}:root"},
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource": "*",
                    "Condition": {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}},
                }
                for index in range(statements)
            ],
        }
    )


def microseconds(jobs: Sequence[Callable[[], object]], seconds: float) -> list[float]:
    """The best time of one call of each job, `seconds` spent on each.

    The jobs take turns in short rounds, so that a slow moment of the machine meets all of them alike.
    """
    timers = [timeit.Timer(job) for job in jobs]
    numbers = []
    for timer in timers:
        count, taken = timer.autorange()
        numbers.append(max(1, int(count * seconds / max(taken, 1e-9) / ROUNDS)))
    rounds = [
        [timer.timeit(number) / number for timer, number in zip(timers, numbers, strict=True)] for _ in range(ROUNDS)
    ]
    return [min(times) * 1e6 for times in zip(*rounds, strict=True)]


def import_milliseconds(statement: str) -> float:
    """The best time of a fresh interpreter that runs the statement."""
    return (
        min(
            timeit.repeat(
                lambda: subprocess.run([sys.executable, "-c", statement], check=True), number=1, repeat=REPEATS
            )
        )
        * 1e3
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="time for each figure (default: 1)")
    seconds = parser.parse_args().seconds

    article, large_text = loads(ARTICLE), large_policy()
    large = loads(large_text)
    rows: list[tuple[str, Callable[[], object], str]] = [
        ("pydantic's validation of the article's text", lambda: KeyPolicy.model_validate_json(ARTICLE), ""),
        ("loads of the article's text", lambda: loads(ARTICLE), ""),
        (
            "text to verdict on the profile, cold",
            lambda: check(loads(ARTICLE), DESTINATION, key=KEY).status,
            "at most 3 x",
        ),
        (
            "all actions, warm",
            lambda: access(article, DESTINATION, key=KEY, context=GRANTS).allowed_bits,
            "at most 3 µs",
        ),
        (
            "one action, warm",
            lambda: access(article, DESTINATION, key=KEY, context=GRANTS)["kms:Decrypt"].outcome,
            "all actions at most 1.5 x this",
        ),
        ("pydantic's validation of 32 KB, 100 statements", lambda: KeyPolicy.model_validate_json(large_text), ""),
        (
            "all actions on 32 KB, warm",
            lambda: access(large, DESTINATION, key=KEY, context=GRANTS).allowed_bits,
            "at most 30 µs",
        ),
        (
            "text to verdict on 32 KB, cold",
            lambda: check(loads(large_text), DESTINATION, key=KEY).status,
            "at most 3 x",
        ),
    ]
    print(f"Python {platform.python_version()}, pydantic {pydantic.VERSION}, {platform.machine()}")
    print(f"{'what':50} {'µs':>10} {'x validation':>13}   budget")
    floor = 0.0
    for (name, _, budget), figure in zip(rows, microseconds([job for _, job, _ in rows], seconds), strict=True):
        floor = figure if name.startswith("pydantic") else floor
        print(f"{name:50} {figure:10.2f} {figure / floor:13.2f}   {budget}")
    bare = import_milliseconds("pass")
    taken = import_milliseconds("import keypolicy") - bare
    print(f"import keypolicy: {taken:.1f} ms over a bare interpreter (budget 30)")


if __name__ == "__main__":
    main()
