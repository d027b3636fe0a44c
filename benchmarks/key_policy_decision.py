"""Where the key-policy decision stands: every figure beside pydantic's bare validation of the same text, in one run.

    python benchmarks/key_policy_decision.py [--seconds 0.3]

Times are the best of several repeats on this machine, whatever it is; the ratios are what carries over.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

import pydantic

from keypolicy import KeyMetadata, Principal, RequestContext, access, check, loads
from keypolicy.document.model import KeyPolicy

KEY = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
DESTINATION = Principal.account("444455556666")
GRANTS = RequestContext({"kms:GrantIsForAWSResource": True})
ARTICLE = (Path(__file__).parent.parent / "examples" / "backup-copy-source-key.json").read_text("utf-8")
REPEATS = 7


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


def microseconds(job: Callable[[], object], seconds: float) -> float:
    """The best time of one call over some repeats of about `seconds` each."""
    timer = timeit.Timer(job)
    count, taken = timer.autorange()
    number = max(1, int(count * seconds / max(taken, 1e-9) / REPEATS))
    return min(timer.repeat(REPEATS, number)) / number * 1e6


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
    parser.add_argument("--seconds", type=float, default=0.3, help="time for each figure (default: 0.3)")
    seconds = parser.parse_args().seconds

    article, large_text = loads(ARTICLE), large_policy()
    large = loads(large_text)
    floor = microseconds(lambda: KeyPolicy.model_validate_json(ARTICLE), seconds)
    large_floor = microseconds(lambda: KeyPolicy.model_validate_json(large_text), seconds)
    rows = [
        ("pydantic's validation of the article's text", floor, floor, ""),
        ("loads of the article's text", microseconds(lambda: loads(ARTICLE), seconds), floor, ""),
        (
            "text to verdict on the profile, cold",
            microseconds(lambda: check(loads(ARTICLE), DESTINATION, key=KEY).status, seconds),
            floor,
            "at most 3 x",
        ),
        (
            "all actions, warm",
            microseconds(lambda: access(article, DESTINATION, key=KEY, context=GRANTS).allowed_bits, seconds),
            floor,
            "at most 3 µs",
        ),
        (
            "one action, warm",
            microseconds(lambda: access(article, DESTINATION, key=KEY, context=GRANTS)["kms:Decrypt"].outcome, seconds),
            floor,
            "all actions at most 1.5 x this",
        ),
        ("pydantic's validation of 32 KB, 100 statements", large_floor, large_floor, ""),
        (
            "all actions on 32 KB, warm",
            microseconds(lambda: access(large, DESTINATION, key=KEY, context=GRANTS).allowed_bits, seconds),
            large_floor,
            "at most 30 µs",
        ),
        (
            "text to verdict on 32 KB, cold",
            microseconds(lambda: check(loads(large_text), DESTINATION, key=KEY).status, seconds),
            large_floor,
            "at most 3 x",
        ),
    ]
    print(f"Python {platform.python_version()}, pydantic {pydantic.VERSION}, {platform.machine()}")
    print(f"{'what':50} {'µs':>10} {'x validation':>13}   budget")
    for name, figure, against, budget in rows:
        print(f"{name:50} {figure:10.2f} {figure / against:13.2f}   {budget}")
    bare = import_milliseconds("pass")
    taken = import_milliseconds("import keypolicy") - bare
    print(f"import keypolicy: {taken:.1f} ms over a bare interpreter (budget 30)")


if __name__ == "__main__":
    main()
