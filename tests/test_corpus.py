"""Real documents, written by others, load or are refused with located problems.

The corpus stands beside the project where it was developed; elsewhere these tests are skipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keypolicy.document.key import KeyMetadata
from keypolicy.document.load import loads
from keypolicy.document.model import KeyPolicy
from keypolicy.errors import ArnError
from tests.document.documents import refusal

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real documents is not beside the project")


def records(name: str) -> list[dict[str, Any]]:
    with (CORPUS / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load_or_refuse(document: Any) -> KeyPolicy | None:
    """The policy, or None if it was refused as it should be."""
    error = refusal(document)
    if error is None:
        return loads(document)
    assert error.problems
    for problem in error.problems:
        assert problem.code not in ("", "refused")
        assert problem.message
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert (problem.line is not None and problem.column is not None) or isinstance(document, dict)
    return None


def test_every_key_policy_loads_or_is_refused_as_is_known_of_it() -> None:
    """What KMS is known to store loads, what it is known to reject is refused; in every form alike."""
    verdicts = set()
    for record in records("key_policies.jsonl"):
        # What is known of a template is known of it with its intrinsic functions resolved.
        policy = record.get("resolved") or record["policy"]
        unresolved = record["intrinsics"] and not record.get("resolved")
        text = record.get("raw", json.dumps(policy, indent=2))
        outcomes = {load_or_refuse(form) is not None for form in (text, text.encode(), json.dumps({"Policy": text}))}
        if "raw" not in record:
            outcomes.add(load_or_refuse(policy) is not None)
        assert len(outcomes) == 1, record["id"]
        if record["expected_invalid"] is not None and not unresolved:
            verdicts.add(record["expected_invalid"])
            assert outcomes == {not record["expected_invalid"]}, record["id"]
    assert verdicts == {True, False}


def test_every_key_policy_is_kept_whole_leniently() -> None:
    """And what loads strictly is the same policy leniently."""
    for record in records("key_policies.jsonl"):
        for document in (record["policy"], record.get("resolved") or record["policy"]):
            lenient = loads(document, lenient=True)
            assert lenient.to_json_value() == document
            assert json.loads(lenient.dumps()) == document
            strict = load_or_refuse(document)
            assert (strict is None) == bool(lenient.problems)
            assert strict is None or strict == lenient


def test_unresolved_intrinsics_are_reported_where_they_are_the_only_mistake() -> None:
    """A template that is known to deploy has no other problem; a document without intrinsics never has this one."""
    reported = 0
    for record in records("key_policies.jsonl"):
        codes = {problem.code for problem in loads(record["policy"], lenient=True).problems}
        assert ("unresolved-intrinsic" in codes) <= record["intrinsics"], record["id"]
        if record["expected_invalid"] is False:
            assert codes <= {"unresolved-intrinsic"}, record["id"]
        reported += "unresolved-intrinsic" in codes
    assert reported


def test_every_malformed_text_is_refused() -> None:
    """With a line and a column."""
    for record in records("malformed_texts.jsonl"):
        assert load_or_refuse(record["text"]) is None, record["id"]


def test_every_recorded_answer_of_get_key_policy_loads() -> None:
    """As text and as mapping, and it is the policy inside."""
    answers = [
        record["response"] for record in records("api_responses.jsonl") if record["operation"] == "get-key-policy"
    ]
    assert answers
    for answer in answers:
        policy = loads(json.dumps(answer))
        assert policy == loads(answer) == loads(answer["Policy"])
        assert policy.to_json_value() == json.loads(answer["Policy"])


def test_every_recorded_answer_of_describe_key_is_a_key() -> None:
    """Answers whose ARN the recording suite masked beyond recognition are refused as no key ARN."""
    answers = [record["response"] for record in records("api_responses.jsonl") if record["operation"] == "describe-key"]
    keys = [KeyMetadata.from_describe_key(answer) for answer in answers if is_key_arn(answer)]
    assert len(keys) > len(answers) / 2


def is_key_arn(answer: dict[str, Any]) -> bool:
    try:
        KeyMetadata.parse(answer["KeyMetadata"]["Arn"])
    except ArnError:
        return False
    return True
