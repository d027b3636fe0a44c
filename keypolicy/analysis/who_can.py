"""Who has access: every principal that a key policy names, with what it holds, and what anyone else holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NoReturn

from keypolicy.analysis.named_principals import (
    NamedPrincipal,
    NamesNobody,
    roll_of,
    unnamed_role,
)
from keypolicy.catalogue.actions import ActionSet, key_policy_bits, required_actions
from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy, Statement
from keypolicy.evaluation.access import Access, StatementMatch
from keypolicy.evaluation.decision import Decision
from keypolicy.evaluation.evaluate import NOTHING_STATED, access
from keypolicy.evaluation.formula import Formula
from keypolicy.evaluation.notes import Note
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.rules import StatementRef
from keypolicy.matching.context import RequestContext
from keypolicy.matching.derived_context import derived_state
from keypolicy.matching.key_states import Presence, Present
from keypolicy.matching.partial_values import can_be
from keypolicy.matching.principals import Principal, PrincipalKind
from keypolicy.matching.truth import ReadingName

__all__ = ["HeldActions", "Holder", "WhoCan", "who_can"]

_ORDER = (Outcome.ALLOWED, Outcome.CONDITIONAL, Outcome.EXPLICIT_DENY, Outcome.IMPLICIT_DENY)


@dataclass(frozen=True, slots=True)
class HeldActions:
    """Actions that are decided alike for one holder, all of which some Allow is about.

    `statements` are those that decide, or that may where the outcome is conditional; for an
    implicitDeny those Allows that are in vain. `residual` is what must still hold.
    `delegates_to_iam` says whether the IAM policies of the holder's account must allow them too.
    """

    actions: ActionSet
    outcome: Outcome
    statements: tuple[StatementRef, ...]
    delegates_to_iam: bool
    residual: Formula
    missing_context: tuple[str, ...]
    undocumented: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """One principal and what it holds: the answer of `access` to the question about it.

    The question is what `named.caller` may do in requests with `context`. `groups` cover every
    action asked about that some Allow is about; what they leave out no statement allows. Denies
    that restrict it are in `restricted_by`. `access` answers for every action of KMS.
    """

    named: NamedPrincipal
    context: RequestContext
    access: Access
    groups: tuple[HeldActions, ...]
    restricted_by: tuple[StatementRef, ...]

    def actions(self, outcome: Outcome) -> ActionSet:
        """The actions of the groups with this outcome."""
        found = ActionSet.none()
        for group in self.groups:
            if group.outcome is outcome:
                found |= group.actions
        return found

    @property
    def allowed(self) -> ActionSet:
        """What it holds in every request."""
        return self.actions(Outcome.ALLOWED)

    @property
    def conditional(self) -> ActionSet:
        """What it holds under a residual."""
        return self.actions(Outcome.CONDITIONAL)

    @property
    def denied(self) -> ActionSet:
        """What some Allow is about, and what it holds in no request: denied, or not usable from its account."""
        return self.actions(Outcome.EXPLICIT_DENY) | self.actions(Outcome.IMPLICIT_DENY)


@dataclass(frozen=True, slots=True)
class WhoCan:
    """Who holds which of the actions on the key policy's side (S-003); no boolean.

    `named` are the principals that the policy names, each once. `anyone` tells what those hold that
    it does not name: a caller of another account, a role of the key's account, an AWS service; the
    statements that concern them are `for_everyone`, and `excepted` are the values that their
    NotPrincipal elements list. `nobody` are the values that name nobody. `notes` say what a key
    policy cannot show.
    """

    question: Literal["key-policy"]
    key: KeyMetadata
    actions: ActionSet
    reading: ReadingName
    named: tuple[Holder, ...]
    anyone: tuple[Holder, ...]
    for_everyone: tuple[StatementRef, ...]
    excepted: tuple[str, ...]
    nobody: tuple[NamesNobody, ...]
    notes: tuple[Note, ...]

    def __bool__(self) -> NoReturn:
        raise TypeError("a WhoCan lists principals and is no boolean; look at .named and .anyone")


def who_can(
    policy: KeyPolicy,
    actions: Iterable[str] | None = None,
    *,
    key: KeyMetadata | str,
    context: RequestContext = NOTHING_STATED,
    reading: ReadingName = "safest",
) -> WhoCan:
    """Every principal that the policy names, with what each holds of the actions, as `access` answers for it.

    `actions` are names and patterns; None stands for every action that a key policy can give. What
    `context` states holds for each caller whose own nature does not tell another value; a closed
    one closes the question about a kind of callers but for the keys that describe the caller.

    Raises ArnError for a key and UnknownNameError for an action that cannot be asked about.
    """
    metadata = KeyMetadata.parse(key) if isinstance(key, str) else key
    wanted = ActionSet.from_bits(key_policy_bits()) if actions is None else required_actions(actions)
    roll = roll_of(policy, metadata)
    keys_of_requests = _keys_of_requests(policy) if context.is_closed else ()

    def holder(named: NamedPrincipal) -> Holder:
        stated = _fitting(context, named, metadata, keys_of_requests)
        answer = access(policy, named.caller, key=metadata, context=stated, reading=reading)
        matches = [match for match in answer.statements if match.possible]
        allows = [match for match in matches if match.effect != "Deny"]
        given = (answer.allowed | answer.conditional) & wanted
        for match in allows:
            given |= match.possible & wanted
        restricting = tuple(match.ref for match in matches if match.effect == "Deny" and match.possible & given)
        return Holder(named, stated, answer, tuple(_groups(answer, allows, given)), restricting)

    named = tuple(map(holder, roll.named))
    anyone = tuple(map(holder, _unnamed(roll.unnamed, metadata)))
    return WhoCan(
        question="key-policy",
        key=metadata,
        actions=wanted,
        reading=reading,
        named=named,
        anyone=anyone,
        for_everyone=roll.for_everyone,
        excepted=roll.excepted,
        nobody=roll.nobody,
        notes=tuple(_notes(policy, (*named, *anyone), roll.unnamed)),
    )


def _fitting(
    context: RequestContext, named: NamedPrincipal, key: KeyMetadata, keys_of_requests: Iterable[str]
) -> RequestContext:
    """What the context states, without the keys of which the caller itself tells another state (S-351)."""
    values: dict[str, Any] = {}
    absent: list[str] = []
    for name, state in context.stated.items():
        if not can_be(derived_state(name.lower(), named.caller, key), state):
            continue
        if state is Presence.ABSENT:
            absent.append(name)
        else:
            values[name] = state.values if isinstance(state, Present) else state
    if not named.is_one_principal:
        # Closed, a kind of callers would lack the very keys by which they differ.
        for name in keys_of_requests:
            unknown = derived_state(name.lower(), named.caller, key) is Presence.UNKNOWN
            if unknown and name.lower() not in context.states:
                absent.append(name)
    closed = context.is_closed and named.is_one_principal
    return RequestContext(values, absent=absent, closed=closed).overridden_by(RequestContext(dict(named.stated)))


def _keys_of_requests(policy: KeyPolicy) -> tuple[str, ...]:
    """The condition keys of the policy, each in one spelling, without those that describe the caller."""
    conditions = (one.condition for one in policy.statements if isinstance(one, Statement) and one.condition)
    spelt = {key.lower(): key for condition in conditions for keys in condition.values() for key in keys}
    return tuple(spelt[folded] for folded in sorted(spelt) if not folded.startswith(_OF_THE_CALLER))


_OF_THE_CALLER = (
    "aws:principal",
    "aws:userid",
    "aws:username",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorg",
    "kms:calleraccount",
)


def _groups(answer: Access, allows: list[StatementMatch], given: ActionSet) -> Iterator[HeldActions]:
    """The actions that some of the Allows is about, by how they are decided."""
    alike: dict[HeldActions, list[str]] = {}
    for name in given:
        alike.setdefault(_held(answer[name], allows), []).append(name)
    for held, names in sorted(alike.items(), key=lambda group: (_ORDER.index(group[0].outcome), group[1])):
        yield replace(held, actions=ActionSet.of(*names))


def _held(decision: Decision, allows: list[StatementMatch]) -> HeldActions:
    """How one action is decided."""
    statements = decision.determining
    if decision.outcome is Outcome.CONDITIONAL:
        statements = decision.may_determine
    elif decision.outcome is Outcome.IMPLICIT_DENY:
        statements = tuple(match.ref for match in allows if decision.action in match.possible)
    return HeldActions(
        ActionSet.none(),
        decision.outcome,
        statements,
        decision.delegates_to_iam,
        decision.residual,
        decision.missing_context,
        decision.undocumented,
    )


def _unnamed(other: str, key: KeyMetadata) -> tuple[NamedPrincipal, ...]:
    """Callers that the policy does not name, one of each of three kinds; `other` is the account of the first."""
    return (
        NamedPrincipal(
            "anyone of another account",
            "anyone",
            Principal.account(other),
            f"an account that the policy does not name, such as {other}",
        ),
        NamedPrincipal(
            f"anyone of the key's account {key.account}",
            "anyone",
            unnamed_role(key.account, key.partition),
            "a role that the policy does not name, its ARN not known",
        ),
        NamedPrincipal(
            "any AWS service", "anyone", Principal(PrincipalKind.SERVICE), "a service that the policy does not name"
        ),
    )


def _notes(policy: KeyPolicy, holders: tuple[Holder, ...], unnamed: str) -> Iterator[Note]:
    """What a key policy does not show."""
    delegated = (holder for holder in holders if any(group.delegates_to_iam for group in holder.groups))
    accounts = dict.fromkeys(str(holder.named.caller.account_id) for holder in delegated)
    if accounts:
        named = ", ".join(account for account in accounts if account != unnamed)
        others = "every account that a condition lets in" if unnamed in accounts else ""
        whose = " and ".join(filter(None, (f"account {named}" if named else "", others)))
        message = f"IAM policies of {whose} decide who there holds what is delegated; they were not looked at"
        yield Note("iam-policies-not-supplied", message, "S-070")
    message = "grants were not looked at; who has one needs no statement here"
    yield Note("grants-not-supplied", message, "S-330")
    message = "a second key policy, AWS_RAM, exists where AWS RAM shares the key; it was not looked at"
    yield Note("ram-policy-not-supplied", message, "S-039")
    message = "SCPs, RCPs, VPC endpoint policies, permissions boundaries and session policies were not looked at"
    yield Note("other-policies-not-supplied", message, "S-003")
    if policy.doubtful:
        yield Note("document-doubtful", "the document cannot be trusted as a whole, and might name anyone", "S-008")
