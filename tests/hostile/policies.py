"""Policies made to hurt, each as large as asked, and how much work something is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

KEY_ARN: Final = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ACCOUNT: Final = "444455556666"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/Restore"


def statement(**elements: Any) -> dict[str, Any]:
    """A statement that lets the account decrypt, with some elements replaced."""
    return {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:Decrypt", "Resource": "*", **elements}


def policy(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def under(operator: str, key: str, values: Any) -> dict[str, Any]:
    """A policy of one statement under one condition."""
    return policy(statement(Condition={operator: {key: values}}))


def calls(job: Callable[[], object]) -> int:
    """How many functions the job calls, those written in C included: work that no other process can slow down."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        job()
    finally:
        sys.setprofile(before)
    return count


def many_principals(size: int) -> dict[str, Any]:
    return policy(*(statement(Sid=str(number), Principal={"AWS": str(10**11 + number)}) for number in range(size)))


def many_alike(size: int) -> dict[str, Any]:
    return policy(*(statement(Sid=str(number)) for number in range(size)))


def many_conditions(size: int) -> dict[str, Any]:
    return policy(
        *(
            statement(Sid=str(number), Condition={"StringEquals": {"kms:ViaService": f"service-{number}"}})
            for number in range(size)
        )
    )


def many_patterns(size: int) -> dict[str, Any]:
    return policy(
        *(
            statement(Sid=str(number), Condition={"StringLike": {"aws:SourceIdentity": f"*{number}*"}})
            for number in range(size)
        )
    )


def many_denies(size: int) -> dict[str, Any]:
    return policy(
        statement(),
        *(
            statement(Effect="Deny", Condition={"StringNotEquals": {"aws:PrincipalOrgID": f"o-{number}"}})
            for number in range(size)
        ),
    )


def many_broken(size: int) -> dict[str, Any]:
    return {"Statement": [{"Acton": "kms:*", "Effect": "Allow"}] * size}


#: What may be many, each a policy of that many statements.
BY_STATEMENTS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {
    "one principal each": many_principals,
    "all about the caller": many_alike,
    "a condition each": many_conditions,
    "a pattern each": many_patterns,
    "a Deny each": many_denies,
    "each broken": many_broken,
}

#: The same, inside one statement.
BY_ITEMS: Final[dict[str, Callable[[int], dict[str, Any]]]] = {
    "actions": lambda size: policy(statement(Action=[f"kms:a{number}*" for number in range(size)])),
    "excepted actions": lambda size: policy(
        {"Effect": "Allow", "Principal": "*", "NotAction": [f"kms:?{number}" for number in range(size)]}
    ),
    "principals": lambda size: policy(statement(Principal={"AWS": [str(10**11 + number) for number in range(size)]})),
    "resources": lambda size: policy(statement(Resource=[f"arn:aws:kms:*:*:key/{number}*" for number in range(size)])),
    "values": lambda size: under("StringEquals", "kms:ViaService", [f"service-{number}" for number in range(size)]),
    "patterns": lambda size: under("StringLike", "aws:SourceIdentity", [f"*a{number}*" for number in range(size)]),
    "ranges": lambda size: under(
        "IpAddress", "aws:SourceIp", [f"10.{number // 250}.{number % 250}.0/24" for number in range(size)]
    ),
    "unknown members": lambda size: policy(statement(**{f"x{number}": 1 for number in range(size)})),
    "unknown operators": lambda size: policy(statement(Condition={f"Like{number}": {} for number in range(size)})),
}
