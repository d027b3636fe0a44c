"""Whom a key policy names: in Principal and NotPrincipal, and by conditions in statements for everyone.

Each named principal comes with the question to ask about it, as a caller and a context.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy, Statement
from keypolicy.errors import PrincipalError
from keypolicy.evaluation.malformed_statements import ReadableStatement
from keypolicy.evaluation.rules import StatementRef, rule_sources
from keypolicy.matching.arn import split_arn
from keypolicy.matching.operators import NULL, parse_operator
from keypolicy.matching.principal_elements import EVERYONE, element_values
from keypolicy.matching.principals import ACCOUNT_ID, UNIQUE_ID, Principal, PrincipalKind

__all__ = ["NamedPrincipal", "NamesNobody", "Roll", "roll_of", "unnamed_role"]


@dataclass(frozen=True, slots=True)
class NamedPrincipal:
    """One principal, or a kind of callers, that the policy names.

    `kind` is AWS's word for what it is. `written` are the values of Principal and NotPrincipal
    elements that name it, `conditions` the condition values that do, as `key value`. The question
    about it is what `caller` holds in a request with the condition keys in `stated`; `asked` says
    that in words. A kind of callers, such as an organization, is asked about as one of its callers
    that the policy does not name otherwise.
    """

    name: str
    kind: str
    caller: Principal
    asked: str
    stated: tuple[tuple[str, str], ...] = ()
    written: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    statements: tuple[StatementRef, ...] = ()

    @property
    def is_one_principal(self) -> bool:
        """Whether it is one principal, and not a kind of callers."""
        return self.kind in _KINDS_OF_ONE

    @property
    def title(self) -> str:
        """The name, with the kind before it where the name does not tell it."""
        return f"{self.kind} {self.name}" if self.is_one_principal else self.name


_KINDS_OF_ONE = (*(kind.value for kind in PrincipalKind), "service-linked role")


@dataclass(frozen=True, slots=True)
class NamesNobody:
    """A value that stands where principals are named and names none on this key, with the rule that says so.

    `place` is the type in the Principal element, such as `AWS`, or the condition key.
    """

    place: str
    value: str
    reason: str
    rule: str
    statements: tuple[StatementRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Roll:
    """Everything that a policy names, each once, in the order of the document.

    `for_everyone` are the statements that concern callers whom they do not name: with `"*"`, or with
    a NotPrincipal; `excepted` are the values that NotPrincipal elements list. `unnamed` is the number
    of an account that the policy does not name and that does not own the key.
    """

    named: tuple[NamedPrincipal, ...]
    nobody: tuple[NamesNobody, ...]
    for_everyone: tuple[StatementRef, ...]
    excepted: tuple[str, ...]
    unnamed: str


def roll_of(policy: KeyPolicy, key: KeyMetadata) -> Roll:
    """Whom the policy names, for the key."""
    roll = _Roll(key, _unnamed_account(policy, key))
    for place, statement, _, _ in rule_sources(policy):
        if place < 0:
            continue
        ref = StatementRef(place, statement.sid)
        element = statement.principal if statement.not_principal is None else statement.not_principal
        values = list(element_values(element or ""))
        for kind, value in values:
            if value != EVERYONE or kind != "AWS":
                roll.add(_of_value(kind, value, key), ref)
        is_complement = statement.not_principal is not None
        if is_complement:
            roll.excepted.update(dict.fromkeys(value for _, value in values))
        if is_complement or ("AWS", EVERYONE) in values:
            for mention in _of_conditions(statement, roll):
                roll.add(mention, ref)
            roll.for_everyone[ref] = None
    nobody = tuple(each for each in roll.found.values() if isinstance(each, NamesNobody))
    named = tuple(each for each in roll.found.values() if isinstance(each, NamedPrincipal))
    return Roll(named, nobody, tuple(roll.for_everyone), tuple(roll.excepted), roll.unnamed)


def _unnamed_account(policy: KeyPolicy, key: KeyMetadata) -> str:
    taken = policy.dumps() + key.account
    return next(number for number in map(str, range(10**12 - 1, 0, -1)) if number not in taken)


_Mention = NamedPrincipal | NamesNobody


@dataclass(slots=True)
class _Roll:
    """What was found so far, by what tells one from another."""

    key: KeyMetadata
    unnamed: str
    found: dict[tuple[str, str], _Mention] = field(default_factory=dict)
    for_everyone: dict[StatementRef, None] = field(default_factory=dict)
    excepted: dict[str, None] = field(default_factory=dict)

    def add(self, mention: _Mention, ref: StatementRef) -> None:
        """Take in one mention; what is named already only gets its other ways of being named."""
        identity = ("", mention.name) if isinstance(mention, NamedPrincipal) else (mention.place, mention.value)
        known = self.found.get(identity, mention)
        statements = tuple(dict.fromkeys((*known.statements, ref)))
        if isinstance(known, NamedPrincipal) and isinstance(mention, NamedPrincipal):
            self.found[identity] = replace(
                known,
                statements=statements,
                written=tuple(dict.fromkeys((*known.written, *mention.written))),
                conditions=tuple(dict.fromkeys((*known.conditions, *mention.conditions))),
            )
        else:
            self.found[identity] = replace(known, statements=statements)


_ASKED = {
    PrincipalKind.ACCOUNT: "the account as a whole",
    PrincipalKind.ROLE: "the role, in any session",
    PrincipalKind.ROLE_SESSION: "the session",
}


def _principal(caller: Principal, key: KeyMetadata, *, written: str = "", condition: str = "") -> _Mention:
    """A principal that is named in full."""
    if caller.partition not in (None, key.partition):
        reason = f"it is in partition {caller.partition}, the key in {key.partition}; none reaches across"
        place, _, value = condition.partition(" ") if condition else ("AWS", "", written)
        return NamesNobody(place, value, reason, "S-068")
    kind = "service-linked role" if caller.is_service_linked else caller.kind.value
    name = str(caller.account_id) if caller.kind is PrincipalKind.ACCOUNT else str(caller)
    return NamedPrincipal(
        name,
        kind,
        caller,
        _ASKED.get(caller.kind, f"the {kind}"),
        written=(written,) if written else (),
        conditions=(condition,) if condition else (),
    )


def _of_value(kind: str, value: str, key: KeyMetadata) -> _Mention:
    """Whom one value of a Principal or NotPrincipal element names (S-054 to S-067)."""
    if kind in _TYPES_WITHOUT_EFFECT:
        return NamesNobody(kind, value, *_TYPES_WITHOUT_EFFECT[kind])
    if kind == "AWS" and UNIQUE_ID.fullmatch(value):
        return NamesNobody(kind, value, "the id of a deleted principal", "S-034")
    if "*" in value or "?" in value:
        return NamesNobody(kind, value, "Principal takes no wildcard inside a value", "S-056")
    try:
        if kind == "AWS" and (ACCOUNT_ID.fullmatch(value) or value.startswith("arn:")):
            return _principal(Principal.parse(value), key, written=value)
        if kind == "Service":
            return _principal(Principal.service(value), key, written=value)
    except PrincipalError as error:
        path = (split_arn(value) or ("",) * 6)[5]
        rule = (
            "S-067" if path.startswith(("group/", "instance-profile/")) else "S-066" if kind == "Service" else "S-053"
        )
        return NamesNobody(kind, value, error.message, rule)
    return NamesNobody(kind, value, "it is no principal", "S-053" if kind == "AWS" else "S-011")


_TYPES_WITHOUT_EFFECT = {
    "Federated": ("callers from an identity provider arrive as role sessions", "S-064"),
    "CanonicalUser": ("this is a form of Amazon S3, and means nothing in a key policy", "S-065"),
}


def _of_conditions(statement: Statement | ReadableStatement, roll: _Roll) -> Iterator[_Mention]:
    """Whom the conditions of a statement for everyone name (S-092, S-093)."""
    for operator, keys in (statement.condition or {}).items():
        parsed = parse_operator(operator).operator
        if parsed is None or parsed.name == NULL:
            continue
        for name, values in keys.items():
            mention = _BY_CONDITION_KEY.get(name.lower())
            for value in values if isinstance(values, tuple) else (values,):
                if mention is not None:
                    yield mention(_Stated(name, str(value), parsed.wildcards), roll)


@dataclass(frozen=True, slots=True)
class _Stated:
    """One value of a condition key; whether `*` and `?` in it are wildcards depends on the operator."""

    key: str
    value: str
    takes_wildcards: bool

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for more than one value, or for one that is not known."""
        return "${" in self.value or (self.takes_wildcards and ("*" in self.value or "?" in self.value))

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


def _organization(stated: _Stated, roll: _Roll) -> _Mention:
    organization = stated.value.partition("/")[0]
    is_whole = organization == stated.value
    known: list[tuple[str, str]] = []
    if not ("*" in organization or "?" in organization or "${" in organization):
        known.append(("aws:PrincipalOrgID", organization))
    if not is_whole and not stated.is_pattern:
        known.append(("aws:PrincipalOrgPaths", stated.value))
    given = "".join(f", with {key}={value}" for key, value in known)
    return NamedPrincipal(
        f"{'organization' if is_whole else 'organization path'} {stated.value}",
        "organization" if is_whole else "organization path",
        Principal.account(roll.unnamed),
        f"an account that the policy does not name, such as {roll.unnamed}{given}",
        stated=tuple(known),
        conditions=(str(stated),),
    )


def _account(stated: _Stated, roll: _Roll) -> _Mention:
    if ACCOUNT_ID.fullmatch(stated.value):
        return _principal(Principal.account(stated.value), roll.key, condition=str(stated))
    if "${" in stated.value:
        return _kind_of_callers(stated, Principal.account(roll.key.account), "the account of the key as a whole")
    like = stated.value.replace("?", "0").replace("*", "0" * (13 - len(stated.value)), 1).replace("*", "")
    if not stated.is_pattern or not ACCOUNT_ID.fullmatch(like):
        return NamesNobody(stated.key, stated.value, "no account has this number", "S-220")
    return _kind_of_callers(stated, Principal.account(like), f"an account with such a number, {like}")


def _principal_arn(stated: _Stated, roll: _Roll) -> _Mention:
    parts = split_arn(stated.value) or ("",) * 6
    if stated.is_pattern:
        is_named = ACCOUNT_ID.fullmatch(parts[4]) is not None
        account = parts[4] if is_named else roll.unnamed
        whose = f"account {account}" if is_named else f"an account that the policy does not name, such as {account}"
        if parts[5].startswith("role/"):
            role = unnamed_role(account, roll.key.partition)
            return _kind_of_callers(stated, role, f"a role of {whose}, its ARN not known")
        return _kind_of_callers(stated, Principal.account(account), f"a caller of {whose}, its ARN not known")
    if parts[2] == "sts" and parts[5].startswith("assumed-role/"):
        return NamesNobody(stated.key, stated.value, "for a session the key holds the ARN of its role", "S-220")
    try:
        if parts[5] == "root":
            caller = Principal.root_user(parts[4], partition=parts[1])
        else:
            caller = Principal.parse(stated.value)
    except PrincipalError as error:
        return NamesNobody(stated.key, stated.value, error.message, "S-220")
    return _principal(caller, roll.key, condition=str(stated))


def _source_account(stated: _Stated, roll: _Roll) -> _Mention:
    known = () if stated.is_pattern else ((stated.key, stated.value),)
    given = "".join(f", with {key}={value}" for key, value in known)
    return NamedPrincipal(
        f"services that act for account {stated.value}",
        "callers by condition",
        Principal(PrincipalKind.SERVICE),
        f"an AWS service that the policy does not name{given}",
        stated=known,
        conditions=(str(stated),),
    )


def _kind_of_callers(stated: _Stated, caller: Principal, asked: str) -> NamedPrincipal:
    name = f"callers with {stated.key} {stated.value}"
    return NamedPrincipal(name, "callers by condition", caller, asked, conditions=(str(stated),))


def unnamed_role(account: str, partition: str) -> Principal:
    """A role of the account of which nothing else is known, its ARN neither."""
    return Principal(PrincipalKind.ROLE, account_id=account, partition=partition, name="")


_BY_CONDITION_KEY = {
    "aws:principalorgid": _organization,
    "aws:principalorgpaths": _organization,
    "aws:principalaccount": _account,
    "kms:calleraccount": _account,
    "aws:principalarn": _principal_arn,
    "aws:sourceaccount": _source_account,
}
