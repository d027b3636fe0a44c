"""A key is known by its ARN, and what describe-key adds is optional."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import Any

import pytest

from keypolicy.document.key import KeyMetadata
from keypolicy.errors import ArnError, InputShapeError

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:us-east-1:111122223333:key/{ID}"


@pytest.mark.parametrize(
    ("arn", "partition", "region", "account", "key_id"),
    [
        (ARN, "aws", "us-east-1", "111122223333", ID),
        (f"arn:aws-cn:kms:cn-north-1:012345678901:key/{ID}", "aws-cn", "cn-north-1", "012345678901", ID),
        (f"arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/{ID}", "aws-us-gov", "us-gov-west-1", "111122223333", ID),
        (f"arn:aws-iso-b:kms:us-isob-east-1:111122223333:key/{ID}", "aws-iso-b", "us-isob-east-1", "111122223333", ID),
        (f"arn:aws-eusc:kms:eusc-de-east-1:111122223333:key/{ID}", "aws-eusc", "eusc-de-east-1", "111122223333", ID),
        (
            "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
            "aws",
            "eu-west-1",
            "111122223333",
            "mrk-1234abcd12ab34cd56ef1234567890ab",
        ),
    ],
)
def test_the_parts_of_a_key_arn_are_attributes(
    arn: str, partition: str, region: str, account: str, key_id: str
) -> None:
    """In every partition; a key whose id begins with mrk- is a multi-Region key."""
    key = KeyMetadata.parse(arn)
    assert (key.arn, key.partition, key.region, key.account, key.key_id) == (arn, partition, region, account, key_id)
    assert key.multi_region == key_id.startswith("mrk-")
    assert key.manager is None


REFUSED = {
    "an alias name": ("alias/aws/s3", "alias-arn"),
    "an alias ARN": ("arn:aws:kms:us-east-1:111122223333:alias/backup", "alias-arn"),
    "a key id": (ID, "bare-key-id"),
    "a key id after key/": (f"key/{ID}", "bare-key-id"),
    "the id of a multi-Region key": ("mrk-1234abcd12ab34cd56ef1234567890ab", "bare-key-id"),
    "an account id of 11 digits": (f"arn:aws:kms:us-east-1:11112222333:key/{ID}", "invalid-account-id"),
    "an account id in other digits": (ARN.replace("111122223333", "\u0661" * 12), "invalid-account-id"),
    "no account id": (f"arn:aws:kms:us-east-1::key/{ID}", "invalid-account-id"),
    "no Region": (f"arn:aws:kms::111122223333:key/{ID}", "not-a-key-arn"),
    "another service": (f"arn:aws:s3:us-east-1:111122223333:key/{ID}", "not-a-key-arn"),
    "a wildcard": ("arn:aws:kms:us-east-1:111122223333:key/*", "not-a-key-arn"),
    "nothing": ("", "not-a-key-arn"),
    "a line feed at the end": (ARN + "\n", "not-a-key-arn"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_key_arn_is_refused(text: str, code: str) -> None:
    """The code says what it is instead."""
    for refused in (KeyMetadata.parse, KeyMetadata):
        with pytest.raises(ArnError) as caught:
            refused(text)
        assert caught.value.code == code


def test_the_refusal_of_an_alias_says_what_to_give() -> None:
    """Authorization knows no aliases."""
    with pytest.raises(ArnError, match=r"always against the key ARN.*describe-key"):
        KeyMetadata.parse("alias/backup")


def test_parsing_again_gives_the_same_object() -> None:
    """Parsing is on the hot path, and cached."""
    assert KeyMetadata.parse(ARN) is KeyMetadata.parse(ARN)


def test_a_key_is_a_frozen_value() -> None:
    """It cannot change, hashes, compares by what it is told, and survives a pickle."""
    key = KeyMetadata(ARN, manager="CUSTOMER")
    with pytest.raises(dataclasses.FrozenInstanceError):
        key.arn = ARN  # type: ignore[misc]
    assert key == KeyMetadata(ARN, manager="CUSTOMER") != KeyMetadata(ARN)
    assert hash(key) == hash(KeyMetadata(ARN, manager="CUSTOMER"))
    assert pickle.loads(pickle.dumps(key)) == key
    assert pickle.loads(pickle.dumps(key)).account == "111122223333"
    assert dataclasses.replace(key, state="Enabled").state == "Enabled"


DESCRIBED: dict[str, Any] = {
    "AWSAccountId": "111122223333",
    "Arn": ARN,
    "Description": "",
    "Enabled": True,
    "KeyManager": "CUSTOMER",
    "KeySpec": "SYMMETRIC_DEFAULT",
    "KeyState": "Enabled",
    "KeyUsage": "ENCRYPT_DECRYPT",
    "MultiRegion": True,
    "MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA", "PrimaryKey": {}, "ReplicaKeys": []},
    "Origin": "AWS_KMS",
}


@pytest.mark.parametrize(
    "answer",
    [
        {"KeyMetadata": DESCRIBED},
        DESCRIBED,
        json.dumps({"KeyMetadata": DESCRIBED}),
        json.dumps(DESCRIBED).encode(),
        {"KeyMetadata": {**DESCRIBED, "KeySpec": None, "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"}},
    ],
    ids=["mapping", "mapping without wrapper", "text", "bytes without wrapper", "an old answer"],
)
def test_the_answer_of_describe_key_tells_all(answer: Any) -> None:
    """As text or mapping, inside KeyMetadata or not."""
    assert KeyMetadata.from_describe_key(answer) == KeyMetadata(
        arn=ARN,
        manager="CUSTOMER",
        state="Enabled",
        usage="ENCRYPT_DECRYPT",
        spec="SYMMETRIC_DEFAULT",
        origin="AWS_KMS",
        multi_region_key_type="REPLICA",
    )


def test_what_the_answer_does_not_tell_is_none() -> None:
    """Only the ARN is needed."""
    assert KeyMetadata.from_describe_key({"Arn": ARN}) == KeyMetadata(ARN)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("{", "not-json"),
        ("[" * 100_000, "not-json"),
        (b"\xff", "not-json"),
        ("[]", "not-key-metadata"),
        ({"KeyMetadata": [ARN]}, "not-key-metadata"),
        ({"Arn": 1}, "not-key-metadata"),
        ({"Arn": ARN, "KeyManager": "ME"}, "not-key-metadata"),
        ({"KeyId": ID}, "not-key-metadata"),
        ({"Arn": ARN, "MultiRegionConfiguration": {"MultiRegionKeyType": 1}}, "not-key-metadata"),
    ],
    ids=[
        "unfinished text",
        "brackets without end",
        "no UTF-8",
        "a list",
        "a list inside",
        "an ARN that is a number",
        "an unknown manager",
        "no ARN",
        "an unknown kind of multi-Region key",
    ],
)
def test_another_answer_is_refused(answer: Any, code: str) -> None:
    """An input of the wrong shape is an InputShapeError."""
    with pytest.raises(InputShapeError) as caught:
        KeyMetadata.from_describe_key(answer)
    assert caught.value.code == code


def test_an_answer_with_an_alias_for_an_arn_is_an_arn_error() -> None:
    """The shape is right, the ARN is not."""
    with pytest.raises(ArnError):
        KeyMetadata.from_describe_key({"Arn": "arn:aws:kms:us-east-1:111122223333:alias/a"})
