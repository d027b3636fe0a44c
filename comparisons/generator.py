"""Random questions, the same for the same seed: one caller, one request, and a key policy aimed at both."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from comparisons.condition_blocks import condition_block, near_miss
from comparisons.question import ACCOUNT, KEY_ARN, Caller, Question
from comparisons.vocabulary import vocabulary

__all__ = ["questions"]

_OTHER_ACCOUNT: Final = "222222222222"
#: One instant in the words of both keys that tell the time of a request.
_INSTANTS: Final = (("2026-11-25T12:00:00Z", "1795608000"), ("2026-11-25T00:00:00Z", "1795564800"))
_VERSIONS: Final = (("2012-10-17", 88), ("2008-10-17", 8), (None, 4))

_OTHER_ACTIONS: Final = (
    *("kms:*", "kms:*", "*", "kms:Encrypt*", "kms:*crypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:?ecrypt"),
    *(
        "kms:Get*",
        "kms:*Key*",
        "kms:ListGrant",
        "kms:ListGrant*",
        "kms:ReEncrypt",
        "s3:*",
        "kms:Describe????",
        "KMS:decrypt",
    ),
    *("kms:Decrypt", "kms:CreateGrant", "kms:ScheduleKeyDeletion", "kms:Sign"),
)

_RESOURCES: Final = (
    *("*", KEY_ARN, KEY_ARN.replace("1234abcd", "9999abcd"), KEY_ARN.replace("us-east-1", "*")),
    *("arn:aws:kms:*:111111111111:key/*", "arn:aws:kms:us-east-1:222222222222:key/*", "arn:aws:kms:*", "arn:*"),
    *("arn:aws:kms:us-east-1:111111111111:alias/payments", "arn:aws:kms:*:*:key/1234abcd-*", "arn:aws:kms:*:key/*"),
    *("arn:aws:kms:us-east-?:111111111111:key/1234*", "arn:aws-cn:kms:us-east-1:111111111111:key/*"),
    *("arn:aws:kms:us-east-1:111111111111:key/${aws:PrincipalTag/team}", "arn:aws:kms:eu-west-1:111111111111:key/*"),
)

_OTHER_PRINCIPALS: Final = (
    *({"AWS": _OTHER_ACCOUNT}, {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, {"AWS": f"arn:aws:iam::{_OTHER_ACCOUNT}:root"}),
    *({"AWS": "333333333333"}, {"AWS": f"arn:aws-cn:iam::{ACCOUNT}:root"}, {"AWS": "AROAEXAMPLEROLE123456"}),
    *({"Service": "logs.us-east-1.amazonaws.com"}, {"Service": ["backup.amazonaws.com", "logs.amazonaws.com"]}),
    *(
        {"Federated": "cognito-identity.amazonaws.com"},
        {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98ea"},
    ),
)


def questions(count: int, seed: int) -> Iterator[Question]:
    """So many questions; each depends on the seed and its own number alone."""
    for number in range(count):
        yield _question(Random(f"{seed}/{number}"))


def _question(random: Random) -> Question:
    words = vocabulary()
    caller = random.choice(words.callers)
    foreign = caller.account not in (ACCOUNT, None)
    rare = 0.04 if foreign else 0.3
    actions = words.actions_in_the_account if random.random() < rare else words.actions_across_accounts
    action = random.choice(actions)
    context = _context(random, caller)
    full = {**caller.derived(), **context}
    statements = [_statement(random, caller, action, full) for _ in range(random.choice((1, 1, 2, 2, 3, 4)))]
    version = random.choices([each for each, _ in _VERSIONS], [weight for _, weight in _VERSIONS])[0]
    document = {"Statement": statements} if version is None else {"Version": version, "Statement": statements}
    return Question(document, caller, action, context)


def _context(random: Random, caller: Caller) -> dict[str, str | list[str]]:
    """About half of the keys that can be stated; a tag of the principal only where a principal has tags."""
    context: dict[str, str | list[str]] = {}
    for key in vocabulary().keys:
        if not key.values or random.random() < 0.5 or not _may_carry(caller, key.name):
            continue
        if key.several:
            context[key.name] = random.sample(key.values, random.choice((0, 1, 1, 2, 2, 3)) % (len(key.values) + 1))
        else:
            context[key.name] = random.choice(key.values)
    now = random.choice((None, *_INSTANTS))
    return context if now is None else {**context, "aws:CurrentTime": now[0], "aws:EpochTime": now[1]}


def _may_carry(caller: Caller, name: str) -> bool:
    """Whether requests of the caller can carry the key (S-220)."""
    if name.startswith(("aws:PrincipalTag/", "aws:PrincipalOrg", "aws:MultiFactorAuth")):
        without = ("service", "anonymous", "root user") if "Tag" in name else ("service", "anonymous")
        return caller.kind not in without
    if name in ("aws:CurrentTime", "aws:EpochTime"):
        return False  # stated together, or neither
    if name in ("aws:TokenIssueTime", "aws:CalledVia"):
        return caller.kind in ("role session", "federated user", "role") and not caller.is_service_linked
    return True


def _statement(random: Random, caller: Caller, action: str, full: dict[str, str | list[str]]) -> dict[str, Any]:
    effect = "Deny" if random.random() < 0.3 else "Allow"
    statement: dict[str, Any] = {"Effect": effect}
    excepts = random.random() < (0.15 if effect == "Deny" else 0.01)
    statement["NotPrincipal" if excepts else "Principal"] = _principal(random, caller, excepts=excepts)
    name = "NotAction" if random.random() < 0.12 else "Action"
    statement[name] = _actions(random, action, likely=name == "Action")
    if random.random() < 0.1:
        statement["NotResource"] = _some(random, _RESOURCES)
    else:
        statement["Resource"] = "*" if random.random() < 0.6 else _some(random, _RESOURCES)
    if random.random() < 0.65:
        statement["Condition"] = condition_block(random, full)
    return statement


def _some(random: Random, texts: tuple[str, ...]) -> str | list[str]:
    if random.random() < 0.7:
        return random.choice(texts)
    return [random.choice(texts) for _ in range(random.choice((1, 2, 3)))]


def _actions(random: Random, action: str, *, likely: bool) -> str | list[str]:
    def one() -> str:
        chance = random.random()
        if chance < (0.55 if likely else 0.15):
            return action
        if chance < 0.65:
            return f"kms:{near_miss(random, action.removeprefix('kms:'), wildcards=random.random() < 0.5)}"
        return random.choice(_OTHER_ACTIONS)

    if random.random() < 0.6:
        return one()
    return [one() for _ in range(random.choice((1, 2, 3)))]


def _principal(random: Random, caller: Caller, *, excepts: bool) -> str | dict[str, Any]:
    if not excepts and random.random() < 0.22:
        return random.choice(("*", {"AWS": "*"}, {"AWS": ["*"]}))
    if excepts or random.random() < 0.3:
        return _listed(random, caller)
    return _one_principal(random, caller)


def _listed(random: Random, caller: Caller) -> dict[str, Any]:
    """A principal map of several values, in which values of one type are in one list."""
    joined: dict[str, Any] = {}
    for _ in range(random.choice((1, 2, 2, 3, 3))):
        for kind, value in _one_principal(random, caller).items():
            joined.setdefault(kind, []).extend(value if isinstance(value, list) else [value])
    return joined


def _one_principal(random: Random, caller: Caller) -> dict[str, Any]:
    own = _own_forms(caller)
    if own and random.random() < 0.6:
        return random.choice(own)
    if random.random() < 0.5:
        return random.choice(_OTHER_PRINCIPALS)
    near = random.choice([each for other in vocabulary().callers for each in _own_forms(other)])
    kind, value = next(iter(near.items()))
    if random.random() < 0.15 and kind == "AWS" and value.startswith("arn:"):
        head, _, last = value.rpartition("/")
        return {kind: f"{head}/{random.choice((last.swapcase(), last + 'x'))}" if head else value}
    return near


def _own_forms(caller: Caller) -> list[dict[str, Any]]:
    """The principal elements that name the caller, each by itself."""
    if caller.kind == "service":
        return [{"Service": caller.name}]
    if caller.kind == "anonymous":
        return []
    account: list[dict[str, Any]] = [{"AWS": caller.account}, {"AWS": f"arn:aws:iam::{caller.account}:root"}]
    return [*({"AWS": arn} for arn in (caller.arn, caller.parent) if arn), *account]
