"""Policies, callers, partly stated contexts and their completions, from a vocabulary in which keys are compared.

What a request may hold is written here anew, from the semantics, so that the laws do not lean on what they are about.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from keypolicy import KeyMetadata, Principal, RequestContext
from keypolicy.errors import ContextError
from keypolicy.evaluation.request import Request
from keypolicy.matching.key_states import AnyOf, AtLeast, Like, Presence, Present, canonical_texts
from keypolicy.matching.partial_values import PRESENT
from keypolicy.matching.patterns import compile_pattern
from keypolicy.matching.principals import PrincipalKind
from keypolicy.matching.truth import SAFEST

KEY = KeyMetadata.parse("arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ACCOUNT = "222222222222"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/a"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/a/s"
ROLE_ID = "AROAEXAMPLEEXAMPLE123"
USER = f"arn:aws:iam::{ACCOUNT}:user/b"
ASKED = ("kms:Decrypt", "kms:CreateGrant")

Value = str | tuple[str, ...] | None
"""What a key holds in one request: a text, a set of texts, or None where the request lacks it."""

TEXT = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]
ORDER = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
WORDS = [
    "a",
    "b",
    "A",
    "a*",
    "*b",
    "?",
    "*",
    "k",
    "${aws:PrincipalTag/v}",
    "${aws:PrincipalTag/v}x",
    "${aws:username, 'a'}",
]
ARNS = [ROLE, USER, "arn:aws:iam::222222222222:role/*", "arn:aws:iam::*:role/a", "${aws:PrincipalTag/v}", "*"]
MEMBERS = ["a", "b", "app", "a*", "*"]


class Spoken(NamedTuple):
    """How policies speak of one key, and what requests hold of it."""

    operators: list[str]
    values: list[str]
    holds: list[Value]


_SETS = [f"{qualifier}:{operator}" for qualifier in ("ForAllValues", "ForAnyValue") for operator in TEXT]
_HELD: list[Value] = [("a",), ("b",), ("app",), ("APP", "x"), ("a", "b"), ("x",)]
_WRITTEN: list[Value] = ["a", "b", "A", "ab", "xb", "x", "k", "other", "K"]
VOCABULARY: dict[str, Spoken] = {
    "aws:SourceIdentity": Spoken(TEXT, WORDS, _WRITTEN),
    "aws:PrincipalTag/t": Spoken(TEXT, WORDS, [*_WRITTEN, "", "a*"]),
    "aws:PrincipalTag/v": Spoken(TEXT, ["a", "b*", "*"], [*_WRITTEN, "", "a*", ROLE, "User", "true"]),
    "aws:PrincipalArn": Spoken(
        ["ArnLike", "ArnNotLike", "StringLike", "StringEquals", "StringNotEquals"],
        ARNS,
        [ROLE, USER, f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{ACCOUNT}:role/x"],
    ),
    "aws:PrincipalType": Spoken(
        ["StringEquals", "StringNotEquals", "StringLike"],
        ["User", "AssumedRole", "A*", "${aws:PrincipalTag/v}"],
        ["User", "AssumedRole", "Account", "FederatedUser"],
    ),
    "aws:userid": Spoken(
        ["StringLike", "StringNotLike"], [f"{ROLE_ID}:*", f"{ROLE_ID}:s", "*:x*"], ["AIDAX", ROLE_ID, "x:s"]
    ),
    "aws:username": Spoken(TEXT, ["a", "b", "*"], ["a", "b", "x"]),
    "aws:SourceIp": Spoken(
        ["IpAddress", "NotIpAddress"],
        ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"],
        ["10.0.0.1", "10.1.2.3", "9.9.9.9", "2001:db8::1", "::1"],
    ),
    "aws:SourceVpce": Spoken(TEXT, ["vpce-1", "vpce-*"], ["vpce-1", "vpce-2"]),
    "aws:MultiFactorAuthAge": Spoken([f"Numeric{name}" for name in ORDER], ["5", "10"], ["0", "5", "7", "10", "11"]),
    "aws:MultiFactorAuthPresent": Spoken(["Bool"], ["true", "false"], ["true", "false"]),
    "aws:CurrentTime": Spoken(
        [f"Date{name}" for name in ORDER],
        ["2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
        ["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z", "2031-01-01T00:00:00Z"],
    ),
    "aws:CalledVia": Spoken([*_SETS, "StringEquals"], MEMBERS, _HELD),
    "aws:ViaAWSService": Spoken(
        ["Bool", "StringNotEquals"], ["true", "false", "${aws:PrincipalTag/v}"], ["true", "false"]
    ),
    "aws:PrincipalOrgID": Spoken(TEXT, ["a", "a*"], ["a", "x"]),
    "aws:PrincipalOrgPaths": Spoken(_SETS, MEMBERS, _HELD),
    "kms:EncryptionContext:app": Spoken(TEXT, WORDS, _WRITTEN),
    "kms:EncryptionContextKeys": Spoken([*_SETS, "StringNotEquals"], [*MEMBERS, "${aws:PrincipalTag/v}"], _HELD),
}
_NEGATED = {
    **{f"String{name}": f"StringNot{name}" for name in ("Equals", "Like", "EqualsIgnoreCase")},
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericLessThan": "NumericGreaterThanEquals",
    "NumericGreaterThan": "NumericLessThanEquals",
    "DateLessThan": "DateGreaterThanEquals",
    "DateGreaterThan": "DateLessThanEquals",
    "ForAllValues:StringLike": "ForAnyValue:StringNotLike",
    "ForAllValues:StringNotEquals": "ForAnyValue:StringEquals",
}
_OPPOSITES = {
    **_NEGATED,
    **{opposite: operator for operator, opposite in _NEGATED.items()},
    "NumericLessThanIfExists": "NumericGreaterThanEquals",
    "DateLessThanIfExists": "DateGreaterThanEquals",
}
"""Of each operator the one that holds where it does not, but for the absence of some keys."""
READ_BY_VARIABLES = {"${aws:PrincipalTag/v": "aws:PrincipalTag/v", "${aws:username": "aws:username"}

_session = Principal.role_session(ROLE, "s")
CALLERS = [
    Principal.account(ACCOUNT),
    Principal.role(ROLE),
    Principal.role(ROLE).evolve(unique_id=ROLE_ID),
    _session,
    Principal.parse(SESSION),
    Principal.user(USER),
    Principal.service_linked_role(ACCOUNT, "backup.amazonaws.com"),
]


class Question(NamedTuple):
    """A policy, who asks, what is stated of the request, and the keys on which the answer may depend."""

    policy: dict[str, Any]
    caller: Principal
    stated: dict[str, Any]
    keys: tuple[str, ...]

    @property
    def context(self) -> RequestContext:
        """What is stated, as a context."""
        return RequestContext(self.stated)


class Completion(NamedTuple):
    """One request that agrees with a question, in which every key on which the answer may depend is known."""

    caller: Principal
    context: RequestContext


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    """One or two keys under an operator that fits them."""
    block: dict[str, dict[str, list[str]]] = {}
    for key in draw(st.lists(st.sampled_from(sorted(VOCABULARY)), min_size=1, max_size=2)):
        spoken = VOCABULARY[key]
        operator, values = draw(st.sampled_from(spoken.operators)), st.sampled_from(spoken.values)
        chosen = draw(st.lists(values, min_size=1, max_size=2, unique=True))
        end = draw(st.sampled_from([*[""] * 6, "IfExists", "Null"]))
        if end == "Null":
            operator, chosen = "Null", [draw(st.sampled_from(["true", "false"]))]
        elif not operator.startswith("ForAnyValue"):
            operator += end
        block.setdefault(operator, {})[key] = chosen
    return block


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """One statement about callers of the vocabulary; most have conditions, since these are what is asked about."""
    element = draw(st.sampled_from(["*", *[{"AWS": name} for name in (ACCOUNT, ACCOUNT, ROLE, SESSION)], "not"]))
    statement: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])), "Principal": element}
    if element == "not":
        names = draw(st.lists(st.sampled_from([SESSION, ROLE, ACCOUNT]), min_size=1, max_size=3, unique=True))
        statement = {"Effect": "Deny", "NotPrincipal": {"AWS": names}}
    statement["Action"] = draw(st.sampled_from(["kms:*", "kms:Decrypt", "kms:CreateGrant"]))
    statement["Resource"] = "*"
    if draw(st.integers(0, 9)):
        statement["Condition"] = draw(conditions())
    return statement


def _keys_of(policy: dict[str, Any]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for statement in policy["Statement"]:
        for block in statement.get("Condition", {}).values():
            for key, values in block.items():
                found[key] = None
                for start, read in READ_BY_VARIABLES.items():
                    if any(start in value for value in values):
                        found[read] = None
    return tuple(found)


def _other_half(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement for the requests for which the given one's only condition does not hold."""
    ((operator, block),) = statement["Condition"].items()
    return {**statement, "Condition": {_OPPOSITES[operator]: block}}


def _has_other_half(statement: dict[str, Any]) -> bool:
    block = statement.get("Condition", {})
    return len(block) == 1 and all(operator in _OPPOSITES and len(keys) == 1 for operator, keys in block.items())


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question of which some keys are stated, some partly, most not at all."""
    first = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    drawn = draw(st.lists(statements(), min_size=1, max_size=4))
    if draw(st.integers(0, 3)) == 0:
        drawn.append(first)
    if draw(st.booleans()):
        # Chance seldom makes statements that between them leave no request out.
        drawn += [_other_half(statement) for statement in drawn if _has_other_half(statement)]
    policy = {"Version": "2012-10-17", "Statement": drawn}
    caller = draw(st.sampled_from(CALLERS))
    stated: dict[str, Any] = {}
    for key in _keys_of(policy):
        state = draw(_states(key))
        if state is not Presence.UNKNOWN and _is_possible_for(caller, key, state):
            stated[key] = state
    return Question(policy, caller, stated, _keys_of(policy))


@st.composite
def _states(draw: st.DrawFn, key: str) -> Any:
    """What may be stated of a key: most often nothing."""
    held = st.sampled_from(VOCABULARY[key].holds)
    kind = draw(st.sampled_from(["", "", "", "", "value", "absent", "like", "any of", "at least", "present"]))
    if kind == "value":
        return draw(held)
    if kind == "absent":
        return Presence.ABSENT
    if kind == "any of":
        return AnyOf(*draw(st.lists(held | st.none(), min_size=1, max_size=3)))
    if kind == "at least" and key in _MULTIVALUED:
        return AtLeast(draw(st.sampled_from(["a", "app", "x"])))
    if kind == "like" and key not in ("aws:PrincipalArn", "aws:userid"):
        return Like(
            *draw(st.lists(st.sampled_from(["*", "a*", "?", "*b", "arn:*", "1*", "*:s"]), min_size=1, max_size=2))
        )
    return PRESENT if kind == "present" else Presence.UNKNOWN


_MULTIVALUED = frozenset(key for key, spoken in VOCABULARY.items() if isinstance(spoken.holds[0], tuple))


def _is_possible_for(caller: Principal, key: str, state: Any) -> bool:
    try:
        Request(caller, KEY, RequestContext({key: state}), SAFEST)
    except ContextError:
        return False
    return True


def agrees(state: Any, value: Value) -> bool:
    """Whether a key of which this is stated may hold the value, by the words of S-350, S-358 and S-359."""
    if state is Presence.ABSENT or value is None:
        return value is None and (
            state is Presence.ABSENT or (isinstance(state, AnyOf) and Presence.ABSENT in state.states)
        )
    texts = canonical_texts("", value)
    if state is PRESENT:
        return True
    if isinstance(state, Like):
        return all(any(compile_pattern(pattern).matches(text) for pattern in state.patterns) for text in texts)
    if isinstance(state, AtLeast):
        return set(state.values) <= set(texts)
    if isinstance(state, AnyOf):
        return Present(texts) in state.states
    return texts == canonical_texts("", state)


def is_a_request(held: dict[str, Value]) -> bool:
    """Whether some request holds these values of these keys together, as far as S-364 says."""

    def both(first: str, second: str) -> bool:
        return first in held and second in held

    def there(key: str) -> bool:
        return held[key] is not None

    says_so = {key: held.get(key) == "true" for key in ("aws:ViaAWSService", "aws:MultiFactorAuthPresent")}
    names = [name.lower() for name in held.get("kms:EncryptionContextKeys") or ()]
    return not (
        (both("aws:CalledVia", "aws:ViaAWSService") and there("aws:CalledVia") is not says_so["aws:ViaAWSService"])
        or (both("aws:SourceVpce", "aws:SourceIp") and there("aws:SourceVpce") and there("aws:SourceIp"))
        or (
            both("aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent")
            and there("aws:MultiFactorAuthAge")
            and not says_so["aws:MultiFactorAuthPresent"]
        )
        or (
            both("aws:PrincipalOrgPaths", "aws:PrincipalOrgID")
            and there("aws:PrincipalOrgPaths") is not there("aws:PrincipalOrgID")
        )
        or (
            both("kms:EncryptionContext:app", "kms:EncryptionContextKeys")
            and there("kms:EncryptionContext:app") is not ("app" in names)
        )
        or (
            both("aws:username", "aws:PrincipalType")
            and there("aws:username")
            and held["aws:PrincipalType"] not in ("User", None)
        )
    )


def _callers_of(caller: Principal) -> list[Principal]:
    """The callers of whom all is known that the stated one may be."""
    if caller.role_arn == ROLE and caller.kind is PrincipalKind.ROLE:
        sessions = [Principal.role_session(ROLE, name).evolve(unique_id=caller.unique_id) for name in ("s", "x", "xy")]
    elif caller == Principal.parse(SESSION):
        sessions = [_session]
    else:
        return [caller]
    return [each.evolve(permissions_boundary=attached) for each in sessions for attached in (False, True)]


@st.composite
def completions(draw: st.DrawFn, question: Question) -> Completion | None:
    """A request that agrees with the question; None where the drawn values fit no request."""
    caller = draw(st.sampled_from(_callers_of(question.caller)))
    held: dict[str, Value] = {}
    for key in question.keys:
        state = question.stated.get(key)
        derived = Request(caller, KEY, RequestContext(), SAFEST).state_of(key.lower())
        if isinstance(derived, Present):
            held[key] = derived.values[0]
            continue
        fitting = [
            value
            for value in (*VOCABULARY[key].holds, None)
            if (state is None or agrees(state, value))
            and (state is not None or value is not None or derived is not PRESENT)
            and _is_possible_for(caller, key, Presence.ABSENT if value is None else value)
        ]
        if not fitting:
            return None
        held[key] = draw(st.sampled_from(fitting))
    if not is_a_request(held):
        return None
    context = RequestContext({key: Presence.ABSENT if value is None else value for key, value in held.items()})
    try:
        Request(caller, KEY, context, SAFEST)
    except ContextError:
        return None
    return Completion(caller, context)
