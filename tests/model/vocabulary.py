"""The one small vocabulary of which questions are made, chosen so that things match, nearly match, and are odd."""

from __future__ import annotations

from typing import NamedTuple

from tests.model.callers import Caller

OWNER, OTHER = "111111111111", "222222222222"
KEYS = (
    f"arn:aws:kms:us-east-1:{OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    f"arn:aws:kms:us-east-1:{OWNER}:key/mrk-1234abcd12ab34cd56ef1234567890ab",
)
ACTIONS = ("kms:Decrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ReEncryptFrom", "kms:ListGrants")


def callers_of(account: str) -> list[Caller]:
    """One caller of each kind in an account."""
    role, user = f"arn:aws:iam::{account}:role/app/a", f"arn:aws:iam::{account}:user/b"
    session = f"arn:aws:sts::{account}:assumed-role/a/s"
    linked = f"arn:aws:iam::{account}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
    return [
        Caller(account),
        Caller(f"arn:aws:iam::{account}:root"),
        Caller(user),
        Caller(user, boundary=True),
        Caller(user, unique_id="AIDAEXAMPLEEXAMPLE123"),
        Caller(session, role),
        Caller(session, role, unique_id="AROAEXAMPLEEXAMPLE123"),
        Caller(session, role, boundary=True),
        Caller(f"arn:aws:sts::{account}:assumed-role/AWSServiceRoleForBackup/x", linked),
        Caller(f"arn:aws:sts::{account}:federated-user/f", user),
    ]


SERVICE = Caller("logs.us-east-1.amazonaws.com")
CALLERS = [*callers_of(OWNER), *callers_of(OTHER), SERVICE, Caller(""), Caller(f"arn:aws-cn:iam::{OTHER}:user/b")]

NAMES_OF_MANY = [
    *(OWNER, OTHER, "333333333333", f"arn:aws:iam::{OTHER}:root", f"arn:aws-cn:iam::{OTHER}:root"),
    *(f"arn:aws:iam::{OTHER}:role/a", f"arn:aws:iam::{OTHER}:role/app/A", f"arn:aws:iam::{OTHER}:user/B"),
    *(f"arn:aws:sts::{OTHER}:assumed-role/a/t", f"arn:aws:iam::{OTHER}:user/c", f"arn:aws-cn:iam::{OTHER}:user/b"),
    *("AIDAEXAMPLEEXAMPLE123", "AROAEXAMPLEEXAMPLE123", "AROAEXAMPLEEXAMPLE999"),
]
"""Values of the type AWS: accounts, other spellings, paths, sessions and cases, and ids of deleted principals."""
OTHER_TYPES = [
    {"Service": "logs.us-east-1.amazonaws.com"},
    {"Service": ["logs.amazonaws.com", "backup.amazonaws.com"]},
    {"Federated": "cognito-identity.amazonaws.com"},
    {"Federated": f"arn:aws:iam::{OTHER}:saml-provider/p"},
    {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
]
ACTION_VALUES = [
    *("kms:*", "kms:*", "kms:Decrypt", "KMS:decrypt", "kms:ReEncrypt*", "kms:?ecrypt", "kms:*Grant*", "kms:ListGrant"),
    *("*", "kms:CreateGrant", "kms:Put*", "s3:*", "kms:decrypt ", "kms:*crypt", "kms:C*", "kms:Create*t"),
]
RESOURCE_VALUES = [
    *("*", "*", "*", f"arn:aws:kms:*:{OWNER}:key/*", f"arn:aws:kms:us-east-1:{OWNER}:key/????abcd-*", KEYS[0]),
    *("arn:aws:kms:*", "arn:aws:kms:*:key/*", f"arn:aws:kms:us-east-1:{OTHER}:key/*", f"arn:*:kms:*:{OWNER}:*"),
    *(f"arn:aws:kms:us-east-1:{OWNER}:alias/app", f"arn:aws:kms:us-east-1:{OWNER}:k*/*", "arn:aws:*:*:*:key/*"),
    *(KEYS[0].upper().replace("ARN:AWS:KMS:US-EAST-1", "arn:aws:kms:us-east-1"), "key/*", "", "*key*"),
    f"arn:aws:kms:us-east-1:{OWNER}:key/${{aws:PrincipalTag/v}}*",
    *(f"arn:aws:kms:us-*-1:{OWNER}:key/*", f"arn:aws:kms:u*:{OWNER}:key/*", "arn:aws:kms:us-east-?:*", "arn:aws:kms"),
]


class Spoken(NamedTuple):
    """How policies speak of a key, and what requests hold of it; a request may always lack it."""

    operators: list[str]
    values: list[object]
    holds: list[list[str]]


TEXT = ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
TEXT += ["StringLike", "StringNotLike"]
ARN = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
_ORDER = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
NUMERIC, DATE = [f"Numeric{name}" for name in _ORDER], [f"Date{name}" for name in _ORDER]
FAMILIES = [TEXT, TEXT, ARN, NUMERIC, DATE, ["Bool"], ["IpAddress", "NotIpAddress"], ["BinaryEquals"]]

WORDS: list[object] = ["a", "A", "b", "ab", "a*", "*b", "?", "*", "", "a?", "${aws:PrincipalTag/v}"]
WORDS += [
    "${aws:PrincipalTag/v}x",
    "x${aws:PrincipalTag/v}",
    "${aws:username, 'a'}",
    "${*}",
    "a${*}",
    "${AWS:username}",
]
WORDS += ["é", "É", "ß", "SS", "k", "\u212a", "${aws:CalledVia}", "${aws:PrincipalTag/v", "${ a}", "${aws:userid,'a'}"]
WORDS += ["${kms:EncryptionContext:app}", "${aws:SourceIdentity, 'b'}"]
HELD = [[word] for word in ("a", "b", "A", "ab", "x", "", "*", "a*", "é", "ss", "K", "\u212a", "${*}")]
ARNS: list[object] = [
    *(f"arn:aws:iam::{OTHER}:role/app/a", f"arn:aws:iam::{OTHER}:role/*", "arn:aws:iam::*:role/*/a", "arn:aws:iam::*"),
    *(f"arn:aws:iam::{OTHER}:user/b", f"arn:aws:iam::{OTHER}:user/B", f"arn:*:iam::{OTHER}:*", "arn:aws:*:*:*:*", "*"),
    *(f"arn:aws:sts::{OTHER}:*", f"arn:aws:iam::{OTHER}:root", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam"),
    *("arn:aws:iam::${aws:PrincipalAccount}:*", "${aws:PrincipalTag/v}", f"arn:aws:iam::{OTHER}:????/?", "a:b:*:d:e:f"),
]
_SETS = [f"{qualifier}:{name}" for qualifier in ("ForAllValues", "ForAnyValue") for name in TEXT]
_MEMBERS = [["a"], ["b"], ["a", "b"], ["ab", "x"], ["A"], ["a", "x"], ["app"], ["APP", "b"]]
NUMBERS: list[object] = ["5", 5, "10", "5.0", "-5", "05", "1e1", "+5", " 5", "five", "", 10]
TIMES: list[object] = ["2026-01-01T00:00:00Z", "2026-01-01", "2026-01", "2026", "1767225600", 1767225600, "20260101"]
TIMES += ["2026-01-01T01:00:00+01:00", "2025-12-31T23:59Z", "2026-01-01T00:00:00.5Z", "2026-13-01", "yesterday", ""]
RANGES: list[object] = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.1", "10.0.0.1/8", "2001:DB8::/32", "2001:db8::1", "::/0"]
RANGES += ["::ffff:10.0.0.1", "10.0.0", "10.0.0.0/33", "localhost"]
TRUTHS: list[object] = ["true", "false", True, False, "True", "yes", "${aws:PrincipalTag/v}"]

VOCABULARY: dict[str, Spoken] = {
    "aws:SourceIdentity": Spoken(TEXT, WORDS, HELD),
    "aws:PrincipalTag/t": Spoken(TEXT, WORDS, HELD),
    "aws:PrincipalTag/v": Spoken(TEXT, WORDS[:9], [*HELD, ["1234"], [f"arn:aws:iam::{OTHER}:user/b"]]),
    "aws:PrincipalArn": Spoken([*ARN, *TEXT], ARNS, []),
    "aws:SourceArn": Spoken(ARN, ARNS, [[f"arn:aws:iam::{OTHER}:role/app/a"], ["a:b:c:d:e:f"], ["name"], [""]]),
    "aws:PrincipalAccount": Spoken(TEXT, [OTHER, "2*", OWNER, "anonymous", "${kms:CallerAccount}"], []),
    "kms:CallerAccount": Spoken(TEXT, [OTHER, "1*", 222222222222], []),
    "aws:PrincipalType": Spoken(TEXT, ["User", "AssumedRole", "*e*", "user", "Account"], []),
    "aws:username": Spoken(TEXT, ["a", "b", "B", "*"], []),
    "aws:userid": Spoken(TEXT, ["*:s", "AROAEXAMPLEEXAMPLE123:*", OTHER, "*:f"], []),
    "aws:PrincipalIsAWSService": Spoken(["Bool", "StringEquals"], TRUTHS, []),
    "aws:MultiFactorAuthAge": Spoken(NUMERIC, NUMBERS, [["5"], ["7.5"], ["10"], ["0"]]),
    "kms:RotationPeriodInDays": Spoken(NUMERIC, NUMBERS, [["90"]]),
    "example:number": Spoken(NUMERIC, NUMBERS, [["5"], ["5.00"], ["abc"], [""], ["1e1"], ["-5"]]),
    "example:word": Spoken(TEXT, WORDS, HELD),
    "aws:CurrentTime": Spoken(DATE, TIMES, [["2026-01-01T00:00:00Z"], ["2025-06-01T00:00:00Z"], ["1767225600"]]),
    "aws:TokenIssueTime": Spoken(DATE, TIMES, [["2026-01-01T00:00:00Z"], ["2026-02-01T00:00:00Z"]]),
    "aws:SourceIp": Spoken(
        ["IpAddress", "NotIpAddress"], RANGES, [["10.0.0.1"], ["9.9.9.9"], ["2001:db8:0::1"], ["::1"]]
    ),
    "aws:SecureTransport": Spoken(["Bool"], TRUTHS, [["true"], ["false"]]),
    "aws:MultiFactorAuthPresent": Spoken(["Bool", "StringEquals"], TRUTHS, [["true"], ["false"]]),
    "kms:GrantIsForAWSResource": Spoken(["Bool"], TRUTHS, [["true"], ["false"]]),
    "aws:CalledVia": Spoken([*_SETS, "StringEquals", "StringNotLike"], WORDS[:12], _MEMBERS),
    "aws:PrincipalOrgPaths": Spoken(_SETS, WORDS[:9], _MEMBERS),
    "kms:EncryptionContextKeys": Spoken([*_SETS, "StringEquals"], ["a", "app", "*", "a*", "APP"], _MEMBERS),
    "kms:EncryptionContext:app": Spoken([*TEXT, *_SETS[:2]], WORDS, HELD),
    "kms:ViaService": Spoken(TEXT, ["ec2.us-east-1.amazonaws.com", "*.amazonaws.com", "ec2.*"], HELD[:2]),
    "kms:RequestAlias": Spoken(TEXT, ["alias/a", "alias/*"], [["alias/a"], ["alias/b"]]),
    "aws:ResourceTag/x": Spoken(TEXT, ["a", "*"], HELD[:2]),
    "kms:ResourceAliases": Spoken(_SETS, ["alias/*", "a"], [["alias/a"], ["a"]]),
}
READ_BY_VARIABLES = ("aws:PrincipalTag/v", "kms:EncryptionContext:app", "aws:SourceIdentity", "aws:CalledVia")
