"""Laws: order, duplicates, Sids, list or single value, and the case of actions and condition keys change nothing.

What is compared is the outcome of every action of KMS (S-368).
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Principal, RequestContext
from keypolicy.matching.key_states import Present
from tests.laws.answers import ask, sets_of
from tests.laws.strategies import callers, contexts, lenient_policies, policies

Chance = random.Random
Rewriting = Callable[[dict[str, Any], Chance], None]


def lists_of(statement: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Every place of a statement that holds a value or several, as a mapping and a name."""
    places: list[tuple[dict[str, Any], str]] = [
        (statement, name) for name in ("Action", "NotAction", "Resource", "NotResource") if name in statement
    ]
    for element in ("Principal", "NotPrincipal"):
        if isinstance(statement.get(element), dict):
            places += [(statement[element], name) for name in statement[element]]
    for keys in statement.get("Condition", {}).values():
        places += [(keys, name) for name in keys]
    return places


def shuffled(mapping: dict[str, Any], chance: Chance) -> None:
    members = list(mapping.items())
    chance.shuffle(members)
    mapping.clear()
    mapping.update(members)


def order_of_statements(policy: dict[str, Any], chance: Chance) -> None:
    chance.shuffle(policy["Statement"])


def order_within_statements(policy: dict[str, Any], chance: Chance) -> None:
    shuffled(policy, chance)
    for statement in policy["Statement"]:
        for holder, name in lists_of(statement):
            if isinstance(holder[name], list):
                chance.shuffle(holder[name])
        for mapping in (*statement.get("Condition", {}).values(), statement.get("Condition", {}), statement):
            shuffled(mapping, chance)


def statements_twice(policy: dict[str, Any], chance: Chance) -> None:
    policy["Statement"] += copy.deepcopy(policy["Statement"])


def values_twice(policy: dict[str, Any], chance: Chance) -> None:
    for statement in policy["Statement"]:
        for holder, name in lists_of(statement):
            if isinstance(holder[name], list):
                holder[name] += holder[name]


def other_sids(policy: dict[str, Any], chance: Chance) -> None:
    for index, statement in enumerate(policy["Statement"]):
        statement["Sid"] = chance.choice(["", "same", f"statement {index}", "kms:*", "Deny", "*"])


def single_values(policy: dict[str, Any], chance: Chance) -> None:
    for statement in policy["Statement"]:
        for holder, name in lists_of(statement):
            if isinstance(holder[name], list) and len(holder[name]) == 1:
                holder[name] = holder[name][0]
    if len(policy["Statement"]) == 1:
        policy["Statement"] = policy["Statement"][0]


def one_element_lists(policy: dict[str, Any], chance: Chance) -> None:
    for statement in policy["Statement"]:
        for holder, name in lists_of(statement):
            if isinstance(holder[name], str):
                holder[name] = [holder[name]]


def case_of_actions(policy: dict[str, Any], chance: Chance) -> None:
    for statement in policy["Statement"]:
        for name in ("Action", "NotAction"):
            if name in statement:
                written = statement[name]
                case = chance.choice([str.upper, str.lower, str.swapcase])
                statement[name] = case(written) if isinstance(written, str) else [case(action) for action in written]


def case_of_condition_keys(policy: dict[str, Any], chance: Chance) -> None:
    for statement in policy["Statement"]:
        for keys in statement.get("Condition", {}).values():
            case = chance.choice([str.upper, str.lower, str.swapcase])
            members = {case(key): values for key, values in keys.items()}
            keys.clear()
            keys.update(members)


REWRITINGS = [
    order_of_statements,
    order_within_statements,
    statements_twice,
    values_twice,
    other_sids,
    single_values,
    one_element_lists,
    case_of_actions,
    case_of_condition_keys,
]


@pytest.mark.parametrize("rewritten", REWRITINGS, ids=lambda each: each.__name__)
@given(
    document=st.one_of(policies(), lenient_policies()),
    caller=callers,
    context=contexts(),
    chance=st.randoms(use_true_random=False),
)
def test_the_form_changes_nothing(
    rewritten: Rewriting, document: dict[str, Any], caller: Principal, context: RequestContext, chance: Chance
) -> None:
    """A policy written otherwise in this one way has the same outcome for every action."""
    other = copy.deepcopy(document)
    rewritten(other, chance)

    assert sets_of(ask(other, caller, context)) == sets_of(ask(document, caller, context))


@given(policies(), callers, contexts(), st.randoms(use_true_random=False))
def test_all_forms_at_once_change_nothing(
    document: dict[str, Any], caller: Principal, context: RequestContext, chance: Chance
) -> None:
    """Nor do they all together, in any order."""
    other = copy.deepcopy(document)
    for rewritten in chance.sample(REWRITINGS, len(REWRITINGS)):
        if isinstance(other["Statement"], list):
            rewritten(other, chance)

    assert sets_of(ask(other, caller, context)) == sets_of(ask(document, caller, context))


@given(policies(), callers, contexts(), st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_the_case_of_a_stated_key_changes_nothing(
    document: dict[str, Any], caller: Principal, context: RequestContext, case: Callable[[str], str]
) -> None:
    """Condition keys of the request may be spelt in any case, too."""
    states: dict[str, Any] = {
        case(key): state.values if isinstance(state, Present) else state for key, state in context.stated.items()
    }
    spelt = RequestContext(states, closed=context.is_closed)

    assert sets_of(ask(document, caller, spelt)) == sets_of(ask(document, caller, context))
