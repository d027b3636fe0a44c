"""Values of every public type, made anew on each call; and what an answer says, since answers are no values.

An Access, a Decision and a CheckResult, and what holds one, compare by identity: they are worked out on demand, and two
that say the same may have been asked about differently written policies.
"""

from __future__ import annotations

import json
from typing import Any

from keypolicy import (
    PRESENT,
    ActionSet,
    AnyOf,
    Arn,
    AtLeast,
    DocumentError,
    KeyMetadata,
    KeyPolicy,
    KeyPolicyError,
    Like,
    Outcome,
    Principal,
    RequestContext,
    RequirementProfile,
    access,
    check,
    evaluate,
    loads,
    profiles,
    who_can,
)
from keypolicy.errors import Problem

__all__ = ["ANSWER_TYPES", "HASHED_BY_IDENTITY", "answers", "said_by", "values"]

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = "arn:aws:iam::444455556666:role/app/Reader"
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Id": "policy",
    "Statement": [
        {
            "Sid": "one",
            "Effect": "Allow",
            "Principal": {"AWS": ["444455556666", ROLE], "Service": "backup.amazonaws.com"},
            "Action": ["kms:Decrypt", "kms:CreateGrant", "kms:ReEncrypt*"],
            "Resource": "*",
            "Condition": {
                "StringLike": {"kms:ViaService": ["s3.*.amazonaws.com", "${aws:PrincipalTag/v}"]},
                "Bool": {"kms:GrantIsForAWSResource": True},
                "NumericLessThan": {"aws:MultiFactorAuthAge": [3600, "5.50"]},
            },
        },
        {
            "Effect": "Deny",
            "NotPrincipal": {"AWS": ["444455556666", ROLE]},
            "NotAction": "kms:Get*",
            "NotResource": [],
            "Condition": {
                "DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
                "NotIpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"},
                "ForAnyValue:ArnLike": {"aws:CalledVia": "arn:aws:iam::*:role/*"},
                "Null": {"aws:SourceVpce": "true"},
            },
        },
        {"Effect": "Allow", "Principal": "*", "Action": "kms:DescribeKey", "Resource": "*"},
        {"Effect": "Deny", "Principal": {"AWS": ROLE}, "Action": "kms:Sign", "Resource": "*"},
    ],
}
BROKEN: dict[str, Any] = {
    "Version": "2012",
    "Statement": [{"Effect": "allow", "Principal": "*"}, 5, POLICY["Statement"][0]],
}
PROFILE: dict[str, Any] = {
    "name": "own",
    "title": "own",
    "requirements": [
        {"actions": ["kms:Decrypt"], "context": {"kms:ViaService": {"like": "s3.{key_region}.*"}}},
        {"actions": ["kms:CreateGrant"], "context": {"aws:UserAgent": {"any_of": ["a", None]}}},
    ],
}
HASHED_BY_IDENTITY = frozenset({"Access", "Decision", "CheckResult"})
ANSWER_TYPES = frozenset({*HASHED_BY_IDENTITY, "WhoCan"})


def _callers() -> dict[str, Principal]:
    return {
        "account": Principal.account("444455556666"),
        "root user": Principal.root_user("444455556666"),
        "role": Principal.role(ROLE).evolve(unique_id="AROAEXAMPLEEXAMPLE123"),
        "session": Principal.role_session(ROLE, "alice").evolve(permissions_boundary=True),
        "session of an unknown path": Principal.parse("arn:aws:sts::444455556666:assumed-role/Reader/alice"),
        "user": Principal.user("arn:aws:iam::444455556666:user/Bob"),
        "federated user": Principal.federated_user("arn:aws:sts::444455556666:federated-user/F"),
        "service": Principal.service("backup.amazonaws.com"),
        "service-linked role": Principal.service_linked_role("444455556666", "backup.amazonaws.com"),
        "anonymous": Principal.anonymous(),
    }


def _contexts() -> dict[str, RequestContext]:
    return {
        "open": RequestContext({"kms:ViaService": "s3.eu-west-1.amazonaws.com"}, absent=["aws:SourceVpce"]),
        "closed": RequestContext.closed({"aws:CalledVia": ["b", "a"]}),
        "known in part": RequestContext(
            {
                "kms:ViaService": Like("s3.*", "*.com"),
                "aws:SourceVpce": AnyOf("vpce-1", None),
                "aws:CalledVia": AtLeast("a"),
                "aws:PrincipalOrgID": PRESENT,
            }
        ),
    }


def _refused() -> DocumentError:
    try:
        loads("{", origin="a.json")
    except DocumentError as error:
        return error
    raise AssertionError


def values() -> dict[str, Any]:
    """Values: equal whenever they say the same."""
    policy, broken = loads(json.dumps(POLICY)), loads(BROKEN, lenient=True)
    made: dict[str, Any] = {
        "policy": policy,
        "statement": policy.statements[0],
        "denying statement": policy.statements[1],
        "broken policy": broken,
        "broken statement": broken.statements[0],
        "no statement": broken.statements[1],
        "problems": broken.problems,
        "problem": Problem("a", "b", "/c", 1, 2),
        "arn": Arn.parse(KEY_ARN),
        "key": KeyMetadata(KEY_ARN, manager="CUSTOMER"),
        "no action": ActionSet.none(),
        "actions": ActionSet.of("kms:Decrypt", "kms:ImagineKey", newer=True),
        "all but some actions": ~ActionSet.of("kms:Decrypt", "kms:ImagineKey", newer=True),
        "like": Like("a*", "b"),
        "any of": AnyOf("a", ["a", "b"], None),
        "at least": AtLeast("a", "b"),
        "present": PRESENT,
        "outcome": Outcome.CONDITIONAL,
        "profile": RequirementProfile.from_mapping(PROFILE),
        "requirement": RequirementProfile.from_mapping(PROFILE).requirements[0],
        "resolved profile": RequirementProfile.from_mapping(PROFILE).resolved(_callers()["role"], KeyMetadata(KEY_ARN)),
    }
    made |= {f"caller: {name}": caller for name, caller in _callers().items()}
    made |= {f"context: {name}": context for name, context in _contexts().items()}
    made |= {f"shipped profile: {name}": profile for name, profile in profiles.items()}
    for where, answer in (("", _answered(policy)), ("broken ", _answered(broken))):
        for action in ("kms:CreateGrant", "kms:Sign", "kms:DescribeKey", "kms:TagResource"):
            decision = answer[action]
            explanation = decision.explain()
            made |= {
                f"{where}{action}: explanation": explanation,
                f"{where}{action}: explained statement": explanation.statements[0],
                f"{where}{action}: explained element": explanation.statements[0].elements[0],
                f"{where}{action}: residual": decision.residual,
                f"{where}{action}: references": (decision.determining, decision.may_determine),
                f"{where}{action}: witnesses": decision.witnesses,
            }
    made["notes"] = check(policy, "444455556666", "union", key=KEY_ARN).notes
    made["witness"] = _witness(policy)
    return made


def _answered(policy: KeyPolicy) -> Any:
    return access(policy, _callers()["role"], key=KEY_ARN, context=_contexts()["known in part"])


def _witness(policy: KeyPolicy) -> Any:
    witnesses = evaluate(policy, "444455556666", "kms:CreateGrant", key=KEY_ARN).witnesses
    assert witnesses is not None
    return witnesses.allowed


def answers() -> dict[str, Any]:
    """Answers: two of them are not equal, but say the same."""
    made: dict[str, Any] = {}
    for kind, written in (("", POLICY), ("broken ", BROKEN)):
        policy = loads(written, lenient=True)
        answer = _answered(policy)
        made |= {
            f"{kind}access": answer,
            f"{kind}decision": answer["kms:CreateGrant"],
            f"{kind}denial": answer["kms:Sign"],
            f"{kind}open decision": evaluate(policy, "444455556666", "kms:CreateGrant", key=KEY_ARN),
            f"{kind}check": check(policy, "444455556666", "union", key=KEY_ARN),
            f"{kind}check of a profile": check(
                policy, _callers()["role"], RequirementProfile.from_mapping(PROFILE), key=KEY_ARN
            ),
            f"{kind}who can": who_can(policy, key=KEY_ARN),
        }
    return made


def errors() -> dict[str, KeyPolicyError]:
    """Errors, which compare by identity as exceptions do."""
    made: dict[str, KeyPolicyError] = {"refused document": _refused()}
    for name, ask in (
        ("no principal", lambda: Principal.parse("x")),
        ("no action", lambda: ActionSet.of("kms:NeverHeardOf")),
        ("no profile", lambda: profiles["nothing"]),
        ("contradicting context", lambda: RequestContext({"a:b": "1", "A:B": "2"})),
    ):
        try:
            ask()
        except KeyPolicyError as error:
            made[name] = error
    return made


def said_by(answer: Any) -> Any:
    """All that an answer says, as texts and values."""
    kind = type(answer).__name__
    if kind == "Access":
        of_each = [
            said_by(answer[action]) for action in ("kms:Decrypt", "kms:Sign", "kms:CreateKey", "kms:TagResource")
        ]
        return answer.allowed, answer.denied, answer.explicitly_denied, answer.conditional, repr(answer), of_each
    if kind == "Decision":
        reasons = answer.determining, answer.may_determine, answer.missing_context, answer.undocumented
        return str(answer), answer.outcome, reasons, answer.residual, answer.witnesses, answer.explain()
    if kind == "CheckResult":
        of_each = [(each.action, each.outcome, each.message) for each in answer.actions]
        return repr(answer), answer.status, answer.notes, answer.profile, of_each
    holders = (*answer.named, *answer.anyone)
    return (
        [(holder.named, holder.context, holder.groups, said_by(holder.access)) for holder in holders],
        (answer.key, answer.actions, answer.for_everyone, answer.excepted, answer.nobody, answer.notes),
    )
