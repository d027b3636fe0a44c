"""Real policies, written by others: everyone whom they name is listed, and every answer is explained.

The corpus stands beside the project where it was developed; elsewhere only the examples are tried.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keypolicy import KeyMetadata, KeyPolicy, access, load, loads, who_can
from keypolicy.matching.principal_elements import element_values
from keypolicy.outputs.who_can_json import who_can_object
from keypolicy.outputs.who_can_text import who_can_text

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
EXAMPLES = sorted(ROOT.glob("examples/backup-*.json"))
KEY = KeyMetadata.parse("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab")
ACTIONS = ("kms:Decrypt", "kms:CreateGrant", "kms:PutKeyPolicy")


def corpus_policies() -> list[tuple[str, KeyPolicy]]:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real documents is not beside the project")
    found: list[tuple[str, KeyPolicy]] = []
    with (CORPUS / "key_policies.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record: dict[str, Any] = json.loads(line)
            found.append((record["id"], loads(record.get("resolved") or record["policy"], lenient=True)))
    return found


def assert_everyone_is_listed(policy: KeyPolicy, name: str) -> None:
    result = who_can(policy, ACTIONS, key=KEY)
    written = [value for holder in result.named for value in holder.named.written]
    nobody = [(each.place, each.value) for each in result.nobody]
    names = [holder.named.name for holder in result.named]

    assert len(set(written)) == len(written), name
    assert len(set(nobody)) == len(nobody), name
    assert len(set(names)) == len(names), name
    for statement in policy.statements:
        for element in (statement.principal, statement.not_principal):
            for kind, value in element_values(element or {}):
                appears = (value in written) + ((kind, value) in nobody) + ((kind, value) == ("AWS", "*"))
                assert appears == 1, (name, kind, value)
    for holder in (*result.named, *result.anyone):
        answer = access(policy, holder.named.caller, key=KEY, context=holder.context)
        assert holder.allowed == answer.allowed & result.actions, name
    assert json.loads(json.dumps(who_can_object(result, policy)))["key_arn"] == KEY.arn
    assert who_can_text(result, policy).startswith("who can use ")


def assert_every_answer_is_explained(policy: KeyPolicy, name: str) -> None:
    for caller in ("111122223333", "arn:aws:iam::444455556666:role/Restore", "logs.eu-west-1.amazonaws.com"):
        answer = access(policy, caller, key=KEY)
        for action in ACTIONS:
            explanation = answer[action].explain()
            assert str(explanation).startswith(answer[action].outcome.value), name
            for match, statement in zip(answer.statements, explanation.statements, strict=True):
                assert (statement.truth is True) == (action in match.certain), (name, caller, action)
                assert not statement.failing or action not in match.possible, (name, caller, action)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_examples(file: Path) -> None:
    """Each value of a principal element appears once, and explanations agree with decisions."""
    policy = load(file)

    assert_everyone_is_listed(policy, file.stem)
    assert_every_answer_is_explained(policy, file.stem)


def test_everyone_whom_a_real_policy_names_is_listed() -> None:
    """Each value of a principal element appears once: as a holder, as anyone, or as naming nobody."""
    for name, policy in corpus_policies():
        assert_everyone_is_listed(policy, name)


def test_every_answer_on_a_real_policy_is_explained() -> None:
    """For an account, a role of another account and a service, statement by statement as it was decided."""
    for name, policy in corpus_policies():
        assert_every_answer_is_explained(policy, name)
