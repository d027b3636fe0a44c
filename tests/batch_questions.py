"""Questions to `keypolicy batch`, and what to read of their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keypolicy.batch import answer, answer_line, run

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


ACCOUNT = "444455556666"


EXAMPLES = Path(__file__).parent.parent / "examples"


def statement(action: str | list[str], effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": {"AWS": ACCOUNT}, "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def through(service: str) -> dict[str, Any]:
    return {"StringEquals": {"kms:ViaService": service}}


DECRYPT = policy(statement("kms:Decrypt"))


def question(**members: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"id": 7, "key_arn": KEY_ARN, "key_policy": DECRYPT, "principal": ACCOUNT}
    if "profile" not in members:
        asked["actions"] = ["kms:Decrypt"]
    return {**asked, **members}


def run_all(*lines: bytes | str) -> list[str]:
    written: list[str] = []
    run(lines, written.append)
    return written


def error_of(text: bytes | str | dict[str, Any]) -> tuple[str, int | None, int | None, str]:
    found = answer(text) if isinstance(text, dict) else answer_line(text)
    assert list(found) == ["id", "error"]
    assert list(found["error"]) == ["code", "message", "line", "column", "pointer"]
    error = found["error"]
    assert error["message"]
    return error["code"], error["line"], error["column"], error["pointer"]
