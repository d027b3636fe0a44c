"""How a peer reads what this library reads otherwise, each as a rewriting of the question.

A function here gives the question that, put to this library, has the answer that the peer gives to the question as it
was, if that is all in which the two differ; the same object where the question has nothing of the kind. What is so read
and which rule says otherwise is in data/causes.json, under the name of the function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from comparisons.question import ACCOUNT, Caller, Question, folded_context
from comparisons.readings import (
    IN_DOUBT,
    NO_RESOURCE,
    NOTHING,
    Condition,
    Truth,
    base_of,
    holds,
    made_plain,
    with_conditions_read,
    with_values_read,
    without_statement,
)
from comparisons.vocabulary import vocabulary

__all__ = ["READINGS"]

Reading = Callable[[Question], Question]

_VARIABLE: Final = re.compile(r"\$\{([^},]+)\}")
_IPV4: Final = re.compile(r"[0-9.]+")
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_DIGITS: Final = re.compile(r"[0-9]+")
_ARN_PARTS: Final = 6
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]{5}))?)?)?|[0-9]+")
_ENCRYPTION_CONTEXT: Final = "kms:encryptioncontext:"


def partition_of_an_account_principal(question: Question) -> Question:
    """The ARN of an account's root in another partition names the account of the same number."""

    def read(text: str) -> str:
        return re.sub(r"^arn:aws-[a-z-]+:iam::([0-9]{12}):root$", r"arn:aws:iam::\1:root", text)

    return with_values_read(question, ("Principal", "NotPrincipal"), read)


def federated_user_by_its_name(question: Question) -> Question:
    """A federated user is a session of the IAM user of the same name."""
    caller = question.caller
    if caller.kind != "federated user":
        return question
    name = str(caller.arn).rpartition("/")[2]
    parent = f"arn:aws:iam::{caller.account}:user/{name}"
    return question if caller.parent == parent else replace(question, caller=replace(caller, parent=parent))


def role_of_a_session_in_any_case(question: Question) -> Question:
    """A session is of every role of its account whose name is that of its own role but for letter case."""
    caller = question.caller
    if caller.kind != "role session" or caller.parent is None:
        return question
    name = caller.parent.rpartition("/")[2]
    head = f"arn:aws:iam::{caller.account}:role/"

    def read(text: str) -> str:
        path, slash, last = text.rpartition("/")
        return f"{path}{slash}{name}" if text.startswith(head) and last.lower() == name.lower() else text

    return with_values_read(question, ("Principal", "NotPrincipal"), read)


def role_of_a_session_by_its_name(question: Question) -> Question:
    """A session is of every role of its account that has the right name, whatever the path of the role."""
    caller = question.caller
    if caller.kind != "role session" or caller.parent is None:
        return question
    parent, name = caller.parent, caller.parent.rpartition("/")[2]
    head = f"arn:aws:iam::{caller.account}:role/"

    def read(text: str) -> str:
        return parent if text.startswith(head) and text.rpartition("/")[2] == name else text

    return with_values_read(question, ("Principal", "NotPrincipal"), read)


def account_in_not_principal_excepts_all_of_it(question: Question) -> Question:
    """An account in NotPrincipal excepts every caller of the account."""
    account = question.caller.account
    forms = {account, f"arn:aws:iam::{account}:root"}

    def excepts_caller(statement: dict[str, Any]) -> bool:
        listed = statement.get("NotPrincipal", {}).get("AWS", ())
        return not forms.isdisjoint([listed] if isinstance(listed, str) else listed)

    return without_statement(question, excepts_caller)


def variables_whatever_the_version(question: Question) -> Question:
    """Variables are expanded in a document of any Version and of none."""
    if question.document.get("Version") == "2012-10-17" or "${" not in repr(question.statements):
        return question
    return replace(question, document={**question.document, "Version": "2012-10-17"})


def encryption_context_left_out(question: Question) -> Question:
    """A request never carries the pairs of an encryption context."""
    kept = {key: value for key, value in question.context.items() if not key.lower().startswith(_ENCRYPTION_CONTEXT)}
    return question if len(kept) == len(question.context) else replace(question, context=kept)


def resource_wildcard_within_one_part(question: Question) -> Question:
    """A wildcard at the end of a part of a Resource ARN does not run on, unless the part is the last one written.

    So a pattern of fewer than six parts with such a wildcard before its last part covers no key. In NotResource it
    does.
    """

    def read(text: str) -> str:
        parts = text.split(":")
        runs_on = text.startswith("arn:") and len(parts) < _ARN_PARTS and any(each.endswith("*") for each in parts[:-1])
        return NO_RESOURCE if runs_on else text

    return with_values_read(question, ("Resource",), read)


def negated_operator_on_a_variable_without_value(question: Question) -> Question:
    """A negated operator with a variable that has no value does not hold."""
    if question.document.get("Version") != "2012-10-17":
        return question
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        negated = "not" in base_of(condition.operator) and base_of(condition.operator).startswith(("string", "arn"))
        if not negated or condition.key.lower() not in context:
            return None
        names = [name.lower() for value in condition.values for name in _VARIABLE.findall(value)]
        without_value = any(name not in (*"*?$", *context) for name in names)
        return False if without_value else None

    return with_conditions_read(question, read)


def network_of_all_addresses_matches_none(question: Question) -> Question:
    """The IPv4 network of prefix length 0 holds no address."""

    def read(condition: Condition) -> Truth | None:
        if not base_of(condition.operator).endswith("ipaddress") or "0.0.0.0/0" not in condition.values:
            return None
        others = tuple("255.255.255.255/32" if each == "0.0.0.0/0" else each for each in condition.values)
        return holds(question, replace(condition, values=others))

    return with_conditions_read(question, read)


def ipv4_address_alone_holds_for_ipv6(question: Question) -> Question:
    """NotIpAddress with an IPv4 address without prefix length does not hold for an IPv6 address."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        is_ipv6 = ":" in context.get(condition.key.lower(), "")
        alone = any(_IPV4.fullmatch(each) for each in condition.values)
        return False if base_of(condition.operator) == "notipaddress" and is_ipv6 and alone else None

    return with_conditions_read(question, read)


def epoch_in_milliseconds(question: Question) -> Question:
    """A time written as a number is in milliseconds since 1970."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        stated = context.get(condition.key.lower(), "")
        if not base_of(condition.operator).startswith("date") or not isinstance(stated, str):
            return None
        if not any(_DIGITS.fullmatch(each) for each in (*condition.values, stated)):
            return None
        moved: dict[str, str | list[str]] = {} if not stated else {"aws:CurrentTime": _as_milliseconds(stated)}
        values = tuple(_as_milliseconds(each) for each in condition.values)
        return holds(replace(question, context=moved), Condition(condition.operator, "aws:CurrentTime", values))

    return with_conditions_read(question, read)


def _as_milliseconds(text: str) -> str:
    """The time in ISO 8601 that a number of milliseconds stands for; any other text as it is."""
    if not _DIGITS.fullmatch(text):
        return text
    return datetime.fromtimestamp(int(text) / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fraction_of_a_second_dropped(question: Question) -> Question:
    """Of a time with a fraction of a second, the second counts."""

    def read(condition: Condition) -> Truth | None:
        if not base_of(condition.operator).startswith("date") or not any("." in each for each in condition.values):
            return None
        return holds(
            question, replace(condition, values=tuple(re.sub(r"\.[0-9]+", "", each) for each in condition.values))
        )

    return with_conditions_read(question, read)


def text_taken_for_a_date(question: Question) -> Question:
    """A date operator may find a date in a text that is none; which, is not worked out here."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        stated = context.get(condition.key.lower())
        is_text = isinstance(stated, str) and not _DATE.fullmatch(stated)
        return IN_DOUBT if base_of(condition.operator).startswith("date") and is_text else None

    return with_conditions_read(question, read)


def leading_digits_taken_for_a_number(question: Question) -> Question:
    """Under a Numeric operator, a text of the request that begins with digits is the number of these."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        stated = context.get(condition.key.lower())
        if not base_of(condition.operator).startswith("numeric") or not isinstance(stated, str):
            return None
        digits = _DIGITS.match(stated)
        if digits is None or _NUMBER.fullmatch(stated):
            return None
        counted = replace(question, context={"aws:EpochTime": digits[0]})
        return holds(counted, replace(condition, key="aws:EpochTime"))

    return with_conditions_read(question, read)


def text_taken_for_false(question: Question) -> Question:
    """Under Bool, a text of the request that is no boolean is false."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        stated = context.get(condition.key.lower())
        if base_of(condition.operator) != "bool" or not isinstance(stated, str) or stated in ("true", "false"):
            return None
        return "false" in condition.values

    return with_conditions_read(question, read)


def empty_text_is_a_value(question: Question) -> Question:
    """Under a set operator, an empty text of the request is a value like any other, and not the absence of all."""
    context = folded_context(question)

    def read(condition: Condition) -> Condition | None:
        prefix, _, single = condition.operator.rpartition(":")
        is_value = prefix and context.get(condition.key.lower()) == ""
        return replace(condition, operator=single) if is_value else None

    return with_conditions_read(question, read)


def binary_compared_as_text(question: Question) -> Question:
    """BinaryEquals holds of a key of another type where its base64 text is the text of the request."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        return True if base_of(condition.operator) == "binaryequals" and _is_among(condition, context) else None

    return with_conditions_read(question, read)


def _is_among(condition: Condition, context: Mapping[str, str | list[str]]) -> bool:
    return context.get(condition.key.lower()) in condition.values


def no_value_under_for_any_value(question: Question) -> Question:
    """With ForAnyValue and a negated operator, each value of the request is none of an empty list's."""
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        if not condition.operator.lower().startswith("foranyvalue:") or condition.values:
            return None
        return True if "not" in base_of(condition.operator) and context.get(condition.key.lower()) else None

    return with_conditions_read(question, read)


def tag_keys_on_every_action(question: Question) -> Question:
    """A request for any action may carry aws:TagKeys."""
    return _as_if_carried(question, lambda key: key == "aws:tagkeys")


def every_stated_key_carried(question: Question) -> Question:
    """A request for any action carries whatever key is stated."""
    return _as_if_carried(question, bool)


def _as_if_carried(question: Question, concerned: Callable[[str], bool]) -> Question:
    context = folded_context(question)

    def read(condition: Condition) -> Truth | None:
        written = {condition.key, *(name for value in condition.values for name in _VARIABLE.findall(value))}
        named = {name.lower() for name in written if concerned(name.lower())} & set(context)
        if all(_carries(question.action, name) for name in named):
            return None
        fitting = next((each for each in _ACTIONS if all(_carries(each, name) for name in named)), None)
        return None if fitting is None else holds(replace(question, action=fitting), condition)

    return with_conditions_read(question, read)


@cache
def _carries(action: str, key: str) -> bool:
    """Whether a request for the action can have the key, which some requests have, by this library."""
    several = any(each.several for each in vocabulary().keys if each.name.lower() == key)
    asked = Question({"Version": "2012-10-17", "Statement": []}, vocabulary().callers[0], action, {})
    if key in folded_context(asked):
        return True
    return holds(replace(asked, context={key: ["x"] if several else "x"}), Condition("Null", key, ("false",))) is True


_ACTIONS: Final = (*vocabulary().actions_across_accounts, *vocabulary().actions_in_the_account)


def every_action_across_accounts(question: Question) -> Question:
    """Every action may be used on a key of another account."""
    usable = question.caller.account in (ACCOUNT, None) or question.action in vocabulary().actions_across_accounts
    return question if usable else _reduced(question, question.caller)


def unsigned_requests_taken(question: Question) -> Question:
    """KMS takes a request that nobody signed."""
    if question.caller.kind != "anonymous":
        return question
    return _reduced(question, Caller("user", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/alice"))


def _reduced(question: Question, caller: Caller) -> Question:
    """A question about one ordinary action with the effects of those statements that apply to the question."""
    plain = [made_plain(question, each) for each in question.statements]
    document = {"Version": "2012-10-17", "Statement": [each for each in plain if each is not None] or [NOTHING]}
    return Question(document, caller, "kms:Decrypt", {})


#: Those that reduce the question to its answer come last, so that what the others say of it has been taken up.
READINGS: Final[Mapping[str, Reading]] = {
    each.__name__: each
    for each in (
        partition_of_an_account_principal,
        federated_user_by_its_name,
        role_of_a_session_in_any_case,
        role_of_a_session_by_its_name,
        account_in_not_principal_excepts_all_of_it,
        variables_whatever_the_version,
        encryption_context_left_out,
        resource_wildcard_within_one_part,
        negated_operator_on_a_variable_without_value,
        network_of_all_addresses_matches_none,
        ipv4_address_alone_holds_for_ipv6,
        epoch_in_milliseconds,
        fraction_of_a_second_dropped,
        text_taken_for_a_date,
        leading_digits_taken_for_a_number,
        text_taken_for_false,
        empty_text_is_a_value,
        binary_compared_as_text,
        no_value_under_for_any_value,
        tag_keys_on_every_action,
        every_stated_key_carried,
        every_action_across_accounts,
        unsigned_requests_taken,
    )
}
