"""Every shipped profile has its evidence: policies that pass it, and for each requirement one that fails it alone."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from keypolicy import profiles
from keypolicy.catalogue.actions import action_named, key_policy_bits
from tests.case_runner import Question, questions

BACKUP = {"union", "repost-copy", "slr-effective", "backup-guide-min"}
YEAR = re.compile(r"\b20[0-9]{2}\b")

EVIDENCE: dict[str, list[Question]] = defaultdict(list)
for question in questions():
    if question.topic.startswith("profiles/"):
        EVIDENCE[question.topic.removeprefix("profiles/")].append(question)


@pytest.mark.parametrize("name", list(profiles))
def test_a_policy_passes_and_another_fails_for_each_requirement_alone(name: str) -> None:
    """The case file named for the profile asks about both, and nothing remarks on the principal that passes."""
    found = EVIDENCE[name]
    passing = [each for each in found if each.asked["expect"]["status"] == "PASS"]
    failing = [set(each.asked["expect"]["missing"]) for each in found if each.asked["expect"]["status"] == "FAIL"]

    assert {each.asked["profile"] for each in found} == {name}
    assert passing
    assert all(each.asked["expect"] == {"status": "PASS", "missing": [], "notes": []} for each in passing)
    for requirement in profiles[name].requirements:
        assert set(requirement.actions) in failing


@pytest.mark.parametrize("name", sorted(set(profiles) - BACKUP))
def test_a_profile_says_for_whom_it_is_and_how_old_its_sources_are(name: str) -> None:
    """Kinds of principal, a purpose for each requirement, and a year in each source."""
    profile = profiles[name]

    assert profile.principal_kinds
    assert all(requirement.purpose for requirement in profile.requirements)
    assert all(YEAR.search(source) for source in profile.sources)


@pytest.mark.parametrize("name", list(profiles))
def test_a_key_policy_can_give_every_action_of_a_profile(name: str) -> None:
    """What only an IAM policy can give is told in a note (S-281)."""
    assert all(action_named(action).mask & key_policy_bits() for action in profiles[name].actions)


def test_no_case_is_about_a_profile_that_is_not_shipped() -> None:
    """The folder holds one file for each profile and no other."""
    assert EVIDENCE.keys() == set(profiles)
