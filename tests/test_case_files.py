"""The case files themselves: their shape, their ids and what they cover."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from keypolicy.document.scalars import CONDITION_OPERATORS
from tests.case_runner import CASES, INHERITED, Question, case_files, questions
from tests.deviations import OMITTED

FILES = dict(case_files())
ALL_CASES = {case["id"]: case for file in FILES.values() for case in file["cases"]}
VECTORS = [f"T-{number:02}" for number in range(1, 146)]

RULE = re.compile(r"S-[0-9]{3}")
CASE_ID = re.compile(r"T-[0-9]{2,3}|[a-z0-9]+(-[a-z0-9]+)*")
OF_A_CASE = {"id", "description", "rules", "source", "label", "deviation_from_vector", "questions", *INHERITED}
OF_A_QUESTION = {"ask", "statement", "expect", *INHERITED}
OF_AN_ANSWER = {
    "document": {"problems"},
    "key-policy": {
        *("outcome", "outcomes", "determining", "may_determine"),
        *("missing_context", "undocumented", "delegates_to_iam", "combined", "witnesses", "notes"),
    },
    "refusal": {"error"},
    "profile": {"status", "missing", "missing_context", "delegates_to_iam", "notes"},
    "statement": {"truth", "missing_context", "undocumented"},
    "condition": {"truth", "missing_context", "undocumented"},
}
STATUSES = {"PASS", "FAIL", "CONDITIONAL"}
OUTCOMES = {"allowed", "explicitDeny", "implicitDeny", "conditional"}


@pytest.mark.parametrize("topic", list(FILES))
def test_a_file_has_a_description_and_cases(topic: str) -> None:
    """A case file says what it is about and holds at least one case."""
    assert FILES[topic].keys() == {"description", "cases"}
    assert FILES[topic]["description"].endswith(".")
    assert FILES[topic]["cases"]


@pytest.mark.parametrize("case", list(ALL_CASES.values()), ids=list(ALL_CASES))
def test_a_case_cites_its_rules_and_has_known_members(case: dict[str, Any]) -> None:
    """A case has a readable id, a description, rules of the semantics, and no member that is not known."""
    assert case.keys() <= OF_A_CASE
    assert CASE_ID.fullmatch(case["id"])
    assert case["description"].endswith(".")
    assert case["rules"]
    assert all(RULE.fullmatch(rule) for rule in case["rules"])
    assert case["questions"]


@pytest.mark.parametrize("question", list(questions()), ids=str)
def test_a_question_has_known_members(question: Question) -> None:
    """A question is of a known kind, names one document and expects what its kind can answer."""
    asked = question.asked
    assert asked.keys() <= OF_A_QUESTION
    assert asked["expect"]
    assert asked["expect"].keys() <= OF_AN_ANSWER[asked["ask"]]
    assert len(asked.keys() & {"policy", "policy_text", "condition"}) == 1
    assert {asked["expect"].get("truth", "TRUE")} <= {"TRUE", "FALSE", "UNKNOWN"}
    assert {asked["expect"].get("outcome", "allowed"), *asked["expect"].get("outcomes", {}).values()} <= OUTCOMES
    assert {asked["expect"].get("combined", "allowed")} <= OUTCOMES
    assert {asked["expect"].get("status", "PASS")} <= STATUSES
    assert asked["ask"] != "condition" or "condition" in asked
    assert (asked["ask"] == "profile") == ("profile" in asked)


def test_ids_are_unique() -> None:
    """No two cases have the same id, whatever their files."""
    counted = Counter(case["id"] for file in FILES.values() for case in file["cases"])
    assert {name: count for name, count in counted.items() if count > 1} == {}


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_is_a_case_or_omitted_with_a_reason(vector: str) -> None:
    """Each vector of the semantics is a case, or stands in the table of those that are not; never both."""
    assert (vector in ALL_CASES) != (vector in OMITTED)


def test_only_vectors_are_omitted() -> None:
    """The table of omitted vectors holds no other name."""
    assert OMITTED.keys() <= set(VECTORS)


@pytest.mark.parametrize("operator", sorted(CONDITION_OPERATORS))
def test_an_operator_has_its_own_file(operator: str) -> None:
    """Each of the condition operators has a file named for it."""
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", operator).lower()
    assert (CASES / "conditions" / f"{name}.json").is_file()
