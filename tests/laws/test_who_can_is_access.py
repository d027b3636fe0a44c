"""Law: who can is no second evaluator: every holder's answer is that of `access` to the question about it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import ActionSet, Principal, RequestContext, access, loads, who_can
from keypolicy.catalogue.actions import key_policy_bits
from keypolicy.matching.principal_elements import element_values
from keypolicy.matching.principals import PrincipalKind
from tests.laws.strategies import ASKED, KEY, contexts, lenient_policies, policies

READINGS = st.sampled_from(["safest", "likely"])
CONDITIONS: list[dict[str, Any]] = [
    {},
    {"StringEquals": {"aws:PrincipalOrgID": "o-a", "kms:CallerAccount": ["333333333333", "222222222222"]}},
    {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": ["o-a/r-a/*", "o-a/r-a/"]}},
    {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::222222222222:role/*", "arn:aws:iam::222222222222:user/Bob"]}},
    {"StringEquals": {"aws:SourceAccount": "222222222222"}, "Null": {"aws:PrincipalOrgID": "false"}},
]


@st.composite
def policies_for_everyone(draw: st.DrawFn) -> dict[str, Any]:
    """Policies in which some statements are for everyone under a condition about the caller."""
    policy: dict[str, Any] = draw(st.one_of(policies(), lenient_policies()))
    for statement in policy["Statement"]:
        condition = draw(st.sampled_from(CONDITIONS))
        if condition:
            statement.pop("NotPrincipal", None)
            statement["Principal"] = "*"
            statement["Condition"] = condition
    return policy


@given(policies_for_everyone(), contexts(), READINGS)
def test_each_holder_holds_what_access_gives_it(
    document: dict[str, Any], context: RequestContext, reading: Any
) -> None:
    """For every action, in the context that is told with it; the groups are disjoint."""
    policy = loads(document, lenient=True)
    result = who_can(policy, key=KEY, context=context, reading=reading)
    wanted = ActionSet.from_bits(key_policy_bits())

    assert len(result.anyone) == 3
    for holder in (*result.named, *result.anyone):
        answer = access(policy, holder.named.caller, key=KEY, context=holder.context, reading=reading)
        assert holder.allowed == answer.allowed & wanted
        assert holder.conditional == answer.conditional & wanted
        assert holder.denied <= answer.denied
        assert sum(len(group.actions) for group in holder.groups) == len(
            holder.allowed | holder.conditional | holder.denied
        )
        for group in holder.groups:
            for action in group.actions:
                assert (answer[action].outcome, answer[action].residual) == (group.outcome, group.residual)
                assert answer[action].delegates_to_iam == group.delegates_to_iam


@given(policies_for_everyone(), st.lists(st.sampled_from(ASKED[:4]), min_size=1))
def test_asking_about_some_actions_is_a_part_of_asking_about_all(document: dict[str, Any], actions: list[str]) -> None:
    """The same holders, each with what it holds of these."""
    policy = loads(document, lenient=True)
    everything, some = who_can(policy, key=KEY), who_can(policy, actions, key=KEY)

    assert [holder.named for holder in some.named] == [holder.named for holder in everything.named]
    for one, whole in zip((*some.named, *some.anyone), (*everything.named, *everything.anyone), strict=True):
        assert one.allowed == whole.allowed & some.actions
        assert one.denied == whole.denied & some.actions


@given(policies_for_everyone())
def test_every_value_of_a_principal_element_appears_once(document: dict[str, Any]) -> None:
    """As a holder, as anyone, or as naming nobody; and every holder has a name of its own."""
    policy = loads(document, lenient=True)
    result = who_can(policy, key=KEY)
    names = [holder.named.name for holder in result.named]
    written = [value for holder in result.named for value in holder.named.written]
    places = {*written, *(nobody.value for nobody in result.nobody), "*"}

    assert len(set(names)) == len(names)
    assert len(set(written)) == len(written)
    for statement in policy.statements:
        for element in (statement.principal, statement.not_principal):
            assert element is None or {value for _, value in element_values(element)} <= places


@given(policies(), st.sampled_from(ASKED[:4]))
def test_no_named_principal_that_holds_something_is_missing(document: dict[str, Any], action: str) -> None:
    """A caller that is allowed more than anyone is, is covered by a holder that the policy names."""
    policy = loads(document, lenient=True)
    result = who_can(policy, [action], key=KEY)
    anyone = {holder.named.caller.account_id: holder for holder in result.anyone}

    for caller in (Principal.parse("arn:aws:iam::222222222222:user/Bob"), Principal.account("222222222222")):
        if action in access(policy, caller, key=KEY).allowed:
            named = [
                holder
                for holder in result.named
                if holder.named.caller == caller
                or (holder.named.caller.kind is PrincipalKind.ACCOUNT and holder.named.name == "222222222222")
            ]
            other = next(holder for account, holder in anyone.items() if account not in (None, "111111111111"))
            assert any(action in holder.allowed | holder.conditional for holder in (*named, other))
