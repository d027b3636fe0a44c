"""Policies, principals and contexts from one small vocabulary, so that matches and near misses both happen often.

Half of all values drawn are those that match, since a statement applies only where all of its elements do.
test_laws_meet_interesting_cases.py holds how often each outcome comes.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from keypolicy import KeyMetadata, Principal, RequestContext

KEY = KeyMetadata.parse("arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ROLE = "arn:aws:iam::222222222222:role/app/Reader"
ELEMENT_VALUES = [
    "*",
    "111111111111",
    "arn:aws:iam::222222222222:root",
    ROLE,
    ROLE.replace("Reader", "reader"),
    "arn:aws:iam::222222222222:user/Bob",
    "arn:aws:sts::222222222222:assumed-role/Reader/alice",
    "arn:aws-cn:iam::222222222222:root",
    "arn:aws-cn:sts::222222222222:assumed-role/Reader/alice",
    "AROAEXAMPLEEXAMPLE123",
]
CALLERS = [
    Principal.account("222222222222"),
    Principal.root_user("111111111111"),
    Principal.parse(ROLE),
    Principal.parse(ROLE).evolve(unique_id="AROAEXAMPLEEXAMPLE123", permissions_boundary=False),
    Principal.role_session(ROLE, "alice").evolve(permissions_boundary=True),
    Principal.role_session(ROLE, "bob").evolve(permissions_boundary=False),
    Principal.parse("arn:aws:sts::222222222222:assumed-role/Reader/alice"),
    Principal.parse("arn:aws:iam::222222222222:user/Bob").evolve(permissions_boundary=False),
    Principal.federated_user("arn:aws:sts::222222222222:federated-user/F"),
    Principal.federated_user("arn:aws:sts::222222222222:federated-user/F", user="arn:aws:iam::222222222222:user/Bob"),
    Principal.service("logs.amazonaws.com"),
    Principal.anonymous(),
    Principal.service_linked_role("222222222222", "backup.amazonaws.com"),
]
ACTIONS = ["kms:*", "*", "kms:Decrypt", "KMS:decrypt", "kms:*Grant*", "kms:CreateGrant", "k*:Decrypt", "*:*", "s3:Get*"]
ASKED = ["kms:Decrypt", "kms:CreateGrant", "kms:Encrypt", "kms:TagResource", "kms:CreateKey"]
KEYS = [
    "kms:ViaService",
    "kms:GrantIsForAWSResource",
    "aws:PrincipalArn",
    "aws:TagKeys",
    "kms:EncryptionContext:a",
    "aws:ResourceTag/t",
    "example:unheard",
]
OPERATORS = [
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLikeIfExists",
    "stringequals",
    "Bool",
    "BoolIfExists",
    "ArnLike",
    "ArnNotEquals",
    "NumericLessThan",
    "NumericNotEquals",
    "Null",
    "ForAllValues:StringLike",
    "ForAnyValue:StringEquals",
    "ForAnyValue:StringEqualsIfExists",
    "NullIfExists",
]
VALUES = ["a", "b", "a*", "*", "true", "false", "5", ROLE, "${kms:ViaService}", "${aws:username, 'a'}", "${*}", "${bad"]

element_values = st.lists(
    st.sampled_from([*ELEMENT_VALUES, *["*", "arn:aws:iam::222222222222:root", ROLE] * 3]), min_size=1, max_size=3
)
actions = st.lists(
    st.sampled_from([*ACTIONS, *["kms:*"] * 7, *["kms:Decrypt", "kms:CreateGrant"] * 3]), min_size=1, max_size=3
)
conditions = st.dictionaries(
    st.sampled_from([operator for operator in OPERATORS if operator != "NullIfExists"]),
    st.dictionaries(st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), max_size=2), min_size=1, max_size=2),
    max_size=1,
)
resources = st.sampled_from(
    [
        *["*"] * 6,
        KEY.arn,
        KEY.arn.upper(),
        "arn:aws:kms:*:111111111111:key/*",
        "arn:aws:kms:us-east-1:111111111111:key/other",
    ]
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """One statement that KMS would store."""
    kind = draw(st.sampled_from([*["AWS"] * 8, *["*"] * 5, "Service", "none"]))
    principal: Any = {
        "AWS": {"AWS": draw(element_values)} if kind == "AWS" else None,
        "*": "*",
        "Service": {"Service": "logs.amazonaws.com"},
        "none": {"AWS": []},
    }[kind]
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"]))}
    statement[draw(st.sampled_from(["Principal"] * 7 + ["NotPrincipal"]))] = principal
    statement[draw(st.sampled_from(["Action"] * 7 + ["NotAction"]))] = draw(actions) if draw(st.integers(0, 19)) else []
    statement[draw(st.sampled_from(["Resource"] * 9 + ["NotResource"]))] = draw(resources)
    if draw(st.integers(0, 2)) == 0:
        statement["Condition"] = draw(conditions)
    return statement


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """One policy that KMS would store."""
    policy: dict[str, Any] = {"Statement": [draw(statements()) for _ in range(draw(st.sampled_from([1, 2, 2, 3, 4])))]}
    if draw(st.integers(0, 4)):
        policy["Version"] = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]))
    return policy


@st.composite
def lenient_policies(draw: st.DrawFn) -> dict[str, Any]:
    """One policy with statements that KMS would refuse, and perhaps a version that is none."""
    policy = draw(policies())
    for statement in policy["Statement"]:
        broken = draw(st.sampled_from(["", "effect", "no effect", "no principal", "element", "operator", "no action"]))
        if broken == "effect":
            statement["Effect"] = "allow"
        elif broken == "element":
            statement["Resources"] = "*"
        elif broken == "operator":
            statement["Condition"] = {"StringIs": {"aws:username": "a"}}
        elif broken == "no action":
            statement.pop("Action", None)
        elif broken.startswith("no "):
            statement.pop(broken.removeprefix("no ").capitalize(), None)
    if draw(st.integers(0, 9)) == 0:
        policy["Version"] = "2012"
    return policy


callers = st.sampled_from([*CALLERS, *CALLERS[:6], *CALLERS[2:6]])
readings = st.sampled_from(["safest", "likely"])
_context_values = st.one_of(
    st.sampled_from(["a", "a", "b", "true", "false", "5", "", ROLE]), st.lists(st.sampled_from(["a", "b"]))
)


@st.composite
def contexts(draw: st.DrawFn, *, closed: bool | None = None) -> RequestContext:
    """A context over the vocabulary's keys that every caller can have."""
    keys = [key for key in KEYS if key != "aws:PrincipalArn"]
    values = draw(st.dictionaries(st.sampled_from(keys), _context_values, max_size=3))
    absent = draw(st.lists(st.sampled_from(sorted(set(keys) - set(values))), unique=True, max_size=2))
    return RequestContext(values, absent=absent, closed=draw(st.booleans()) if closed is None else closed)
