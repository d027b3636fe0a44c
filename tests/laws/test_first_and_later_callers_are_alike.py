"""Law: it does not matter who asked about a policy before; a first caller's statements are found without the index."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keypolicy import Access, KeyMetadata, Principal, access, loads
from tests.laws.answers import sets_of
from tests.laws.strategies import ASKED, KEY, callers, lenient_policies, policies, readings

#: A key of another account than the callers', one of theirs, and one of another partition.
KEYS = [KEY, *map(KeyMetadata.parse, (KEY.arn.replace(KEY.account, "222222222222"), KEY.arn.replace("aws", "aws-cn")))]


def said_of(answer: Access) -> list[tuple[Any, ...]]:
    said: list[tuple[Any, ...]] = []
    for decision in (answer[action] for action in ASKED):
        statements = decision.determining, decision.may_determine
        reasons = decision.undocumented, str(decision.residual), [note.code for note in decision.notes]
        said.append((decision.outcome, decision.delegates_to_iam, statements, reasons))
    return said


@given(st.one_of(policies(), lenient_policies()), callers, callers, st.sampled_from(KEYS), readings)
def test_a_later_caller_is_answered_as_a_first_one(
    document: dict[str, Any], caller: Principal, other: Principal, key: KeyMetadata, reading: Any
) -> None:
    """The outcomes, the statements, the reasons, and whether IAM policies are needed too."""
    policy = loads(document, lenient=True)
    first = access(policy, caller, key=key, reading=reading)
    access(policy, other, key=key, reading=reading)
    access(policy, Principal.anonymous(), key=key, reading=reading)
    later = access(policy, caller, key=key, reading=reading)

    assert sets_of(later) == sets_of(first)
    assert said_of(later) == said_of(first)
