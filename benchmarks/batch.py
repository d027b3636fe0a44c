"""How fast `keypolicy batch` answers questions about many distinct policies, in one process on one core.

    python benchmarks/batch.py [--lines 100000] [--repeats 3]

Each line asks whether one of several principals holds the profile `union` under a policy of its own: the shape of the
AWS article's, with other accounts and Sids, some with more statements and conditions. The lines are answered in
portions, and the time is the sum of the best time of each portion over the repeats; a portion comes round again only
after many others, so nothing about its policies is remembered. Taking turns with it, over the same portions: the
standard parser on the same lines, pydantic's bare validation of the same policies, and the steps one by one.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pydantic

from keypolicy import KeyMetadata, Principal, access, loads, profiles
from keypolicy.batch import run
from keypolicy.document.model import KeyPolicy
from keypolicy.evaluation.access import Access
from keypolicy.outputs.json import decision_objects
from keypolicy.outputs.json_lines import json_line

PORTION = 1000
ACCOUNTS = 5000
PROFILE = "union"
USE = ["kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
GRANTS = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"]
REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
SERVICE_ROLE = "aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"


def question(number: int, accounts: int = ACCOUNTS) -> dict[str, Any]:
    """The question of one line, its policy as an object; the same number gives the same question.

    The keys belong to so many accounts, and a hundredth as many others copy backups with them.
    """
    chance = random.Random(number)  # noqa: S311 - test data
    owner = f"{(chance.randrange(accounts) * 7_919_000_007 + 17) % 10**12:012}"
    other = f"{(chance.randrange(1 + accounts // 100) * 6_700_417 + 5) % 10**12:012}"
    roots = [f"arn:aws:iam::{account}:root" for account in (owner, other)]
    region = chance.choice(REGIONS)
    statements = [
        statement(f"Administration of {number}", roots[0], "kms:*"),
        statement(f"Use by {other}", roots, USE),
        statement(f"Grants of {other}", roots, GRANTS, Bool={"kms:GrantIsForAWSResource": "true"}),
    ]
    if number % 2:
        through = {"kms:ViaService": f"backup.{region}.amazonaws.com", "kms:CallerAccount": other}
        statements.append(statement(f"Through AWS Backup {number}", roots[1], USE, StringEquals=through))
    if number % 3 == 0:
        organization = {"aws:PrincipalOrgID": f"o-{chance.randrange(16**10):010x}"}
        statements.append(statement(f"Organization {number}", "*", "kms:DescribeKey", StringEquals=organization))
    if number % 5 == 0:
        deletion = ["kms:ScheduleKeyDeletion", "kms:DisableKey"]
        statements.append(statement(f"No deletion {number}", "*", deletion, effect="Deny"))
    principal = (
        other,
        roots[1],
        f"arn:aws:iam::{other}:role/{SERVICE_ROLE}",
        f"arn:aws:iam::{other}:role/copy-{number % 50}",
    )[number % 4]
    return {
        "id": f"line-{number}",
        "key_arn": f"arn:aws:kms:{region}:{owner}:key/{chance.getrandbits(32):08x}-12ab-34cd-56ef-1234567890ab",
        "key_policy": {"Version": "2012-10-17", "Id": f"key-{number}", "Statement": statements},
        "principal": principal,
        "profile": PROFILE,
    }


def statement(
    sid: str, principal: str | list[str], action: str | list[str], *, effect: str = "Allow", **condition: dict[str, str]
) -> dict[str, Any]:
    """One statement, its elements in the usual order."""
    elements = {"Sid": sid, "Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": "*"}
    return {**elements, "Condition": condition} if condition else elements


def portion(place: int, lines: int, accounts: int) -> list[dict[str, Any]]:
    """The questions of one portion, made when they are needed, so that they take no memory."""
    start = place * PORTION
    return [question(number, accounts) for number in range(start, min(start + PORTION, lines))]


class Stages:
    """The best time of each stage for each portion, in seconds."""

    def __init__(self) -> None:
        self._best: dict[str, dict[int, float]] = {}

    def note(self, stage: str, portion: int, taken: float) -> None:
        """Keep a time if it is the best."""
        best = self._best.setdefault(stage, {})
        best[portion] = min(taken, best.get(portion, taken))

    def time(self, stage: str, portion: int, job: Callable[[], object]) -> None:
        """Do a job and note how long it took."""
        started = time.perf_counter()
        job()
        self.note(stage, portion, time.perf_counter() - started)

    def microseconds(self, lines: int) -> dict[str, float]:
        """The sums of the best times, for one line."""
        return {stage: sum(best.values()) / lines * 1e6 for stage, best in self._best.items()}


def each_of(items: Iterable[Any], job: Callable[[Any], object]) -> None:
    """Do a job for each item and keep nothing."""
    for item in items:
        job(item)


Pass = Callable[[Stages, int, list[dict[str, Any]]], None]


def parse(stages: Stages, place: int, asked: list[dict[str, Any]]) -> None:
    """The standard parser on the lines."""
    lines = [json.dumps(each) for each in asked]
    stages.time("json.loads", place, lambda: each_of(lines, json.loads))


def validate(stages: Stages, place: int, asked: list[dict[str, Any]]) -> None:
    """Pydantic on the policies alone."""
    texts = [json.dumps(each["key_policy"]) for each in asked]
    stages.time("validation", place, lambda: each_of(texts, KeyPolicy.model_validate_json))


def answer_objects(stages: Stages, place: int, asked: list[dict[str, Any]]) -> None:
    """The batch, where each policy is an object in the line."""
    lines = [json.dumps(each).encode() for each in asked]
    stages.time("batch, object", place, lambda: run(lines, len))


def answer_texts(stages: Stages, place: int, asked: list[dict[str, Any]]) -> None:
    """The batch, where each policy is a text in the line."""
    lines = [json.dumps({**each, "key_policy": json.dumps(each["key_policy"])}).encode() for each in asked]
    stages.time("batch, text", place, lambda: run(lines, len))


#: As the batch does, since many questions are about few principals.
remembered_principal = lru_cache(maxsize=4096)(Principal.parse)


def decide(stages: Stages, place: int, asked: list[dict[str, Any]]) -> None:
    """What an answer needs, step by step on each policy; deciding a second time compiles nothing."""
    taken = dict.fromkeys(STEPS, 0.0)
    for each in asked:
        text = json.dumps(each["key_policy"])
        times = [time.perf_counter()]
        policy = loads(text)
        times.append(time.perf_counter())
        key, principal = KeyMetadata.parse(each["key_arn"]), remembered_principal(each["principal"])
        contexts = profiles[PROFILE].resolved(principal, key).actions_by_context
        decided: list[Access] = []
        for _ in range(2):
            times.append(time.perf_counter())
            decided = [access(policy, principal, key=key, context=context) for context, _ in contexts]
        times.append(time.perf_counter())
        objects: dict[str, Any] = {}
        for answers, (_, actions) in zip(decided, contexts, strict=True):
            objects |= decision_objects(answers, actions)
        times.append(time.perf_counter())
        json_line({"id": each["id"], "question": "key-policy", "outcome": "allowed", "actions": objects})
        times.append(time.perf_counter())
        for step, (start, end) in zip(STEPS, pairwise(times), strict=True):
            taken[step] += end - start
    for step, seconds in taken.items():
        stages.note(step, place, seconds)


#: What an answer consists of, beside reading the line.
STEPS = ("loading", "names", "compiling and deciding", "deciding", "objects", "encoding")
PASSES: tuple[Pass, ...] = (answer_objects, parse, validate, answer_texts, decide)


def peak_megabytes() -> float:
    """The most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def report(stages: Stages, lines: int, peaks: Sequence[float]) -> None:
    """Print the figures."""
    per_line = stages.microseconds(lines)
    floor, parsed = per_line["validation"], per_line["json.loads"]
    print(f"Python {platform.python_version()}, pydantic {pydantic.VERSION}, {platform.machine()}; {lines:,} lines")
    print(f"{'':34} {'µs a line':>10} {'lines/s':>9} {'x validation':>13} {'x json.loads':>13}")
    rows = [
        ("json.loads of the lines", parsed),
        ("pydantic's validation", floor),
        ("batch, policy as an object", per_line["batch, object"]),
        ("batch, policy as text", per_line["batch, text"]),
    ]
    for name, figure in rows:
        print(f"{name:34} {figure:10.1f} {1e6 / figure:9,.0f} {figure / floor:13.2f} {figure / parsed:13.2f}")
    cold, warm, objects = per_line["compiling and deciding"], per_line["deciding"], per_line["objects"]
    print("\nwhere the time of a line goes, µs")
    parts = [
        ("loading the policy from its text", per_line["loading"]),
        ("reading the key's ARN and the principal", per_line["names"]),
        ("compiling the policy for the key and principal", cold - warm),
        ("deciding, all actions at once", warm),
        ("answering: the object of each action", objects),
        ("encoding the answer", per_line["encoding"]),
        (
            "the rest: the line and its other members",
            per_line["batch, object"] + warm - sum(per_line[step] for step in STEPS),
        ),
    ]
    for name, figure in parts:
        print(f"{name:46} {figure:8.1f}")
    print(f"\npeak memory: {peaks[0]:.1f} MB at 10 % of the first pass, {peaks[-1]:.1f} MB at the end")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100_000, help="distinct policies (default: 100000)")
    parser.add_argument("--accounts", type=int, default=ACCOUNTS, help=f"that own the keys (default: {ACCOUNTS})")
    parser.add_argument("--repeats", type=int, default=3, help="passes over them (default: 3)")
    options = parser.parse_args()
    stages, peaks, count = Stages(), [], -(-options.lines // PORTION)
    for _ in range(options.repeats):
        for turn in range(count):
            for number, job in enumerate(PASSES):
                # Each on another part of the lines, so that none finds in memory what the one before it left there.
                place = (turn + number * count // len(PASSES)) % count
                job(stages, place, portion(place, options.lines, options.accounts))
            if turn + 1 >= count / 10:
                peaks.append(peak_megabytes())
    report(stages, options.lines, peaks)


if __name__ == "__main__":
    main()
