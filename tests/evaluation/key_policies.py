"""A key, an account beside that of the key, and policies about them."""

from __future__ import annotations

from typing import Any

K, D = "111111111111", "222222222222"


KEY = f"arn:aws:kms:us-east-1:{K}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


TAGGED = f"arn:aws:kms:us-east-1:{K}:key/${{aws:PrincipalTag/k}}"


ROLE = f"arn:aws:iam::{D}:role/app/Reader"


def statement(principal: Any, action: Any, *, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement on every resource, for an AWS principal unless a map is given."""
    element = principal if isinstance(principal, dict) else {"AWS": principal}
    return {"Effect": effect, "Principal": element, "Action": action, "Resource": "*", **more}


def policy(*statements: dict[str, Any], version: str | None = "2012-10-17") -> dict[str, Any]:
    """A document of these statements."""
    document: dict[str, Any] = {"Statement": list(statements)}
    return {"Version": version, **document} if version else document
