"""Arguments and policies that the tests of the command line use."""

from __future__ import annotations

import json
from typing import Any

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DESTINATION = "444455556666"
SERVICE_LINKED_ROLE = f"arn:aws:iam::{DESTINATION}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
KEY = ("--key", KEY_ARN)
PRINCIPAL = ("--principal", DESTINATION)
EXAMPLE = "examples/backup-copy-source-key.json"


def statement(action: str | list[str], *, effect: str = "Allow", principal: str = DESTINATION, **more: Any) -> Any:
    return {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": "*", **more}


def policy(*statements: Any) -> Any:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def policy_bytes(*statements: Any) -> bytes:
    return json.dumps(policy(*statements)).encode()
