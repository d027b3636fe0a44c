"""The rules of the semantics and the cases that cite them."""

from __future__ import annotations

import pytest

from tools import link_rules_to_cases as linked

SOURCE_TREE = linked.SEMANTICS.is_file() and linked.CASES.is_dir()

pytestmark = pytest.mark.skipif(not SOURCE_TREE, reason="the semantics are part of the source tree only")


def test_every_rule_has_a_case_or_a_reason() -> None:
    """Each rule is cited by a case, or stands in the table of those that are not, never both; cited rules exist."""
    assert linked.complaints() == []


def test_the_page_is_up_to_date() -> None:
    """The committed page is what the generator writes."""
    assert linked.main(["--check"]) == 0


def test_an_old_page_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that differs from what the cases give makes the check fail, and is not touched."""
    monkeypatch.setattr(linked, "page", lambda: "another page\n")

    assert linked.main(["--check"]) == 1
    assert "differs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cited", "reasons", "complaint"),
    [
        ({"S-001"}, {}, "S-002 has neither a case nor a reason"),
        ({"S-001", "S-002"}, {"S-002": "about design"}, "S-002 has a case and a reason to have none"),
        ({"S-001", "S-002", "S-999"}, {}, "S-999 is cited by a case and is no rule"),
        ({"S-001", "S-002"}, {"S-999": "about design"}, "S-999 has a reason and is no rule"),
    ],
)
def test_what_does_not_fit_together_is_told(
    cited: set[str], reasons: dict[str, str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule without case and reason, with both, or that is not there, is named."""
    found = [linked.Rule(number, "1. Section", "subject") for number in ("S-001", "S-002")]
    monkeypatch.setattr(linked, "rules", lambda: iter(found))
    monkeypatch.setattr(linked, "cases_by_rule", lambda: {rule: {"topic": ["id"]} for rule in cited})
    monkeypatch.setattr(linked, "reasons_by_rule", lambda: reasons)

    assert linked.complaints() == [complaint]
    assert linked.main(["--check"]) == 2


def test_a_rule_begins_with_its_subject() -> None:
    """A rule is known by its first sentence, or the heading above where it is a bare table."""
    subjects = {rule.number: rule.subject for rule in linked.rules()}

    assert subjects["S-059"] == "User ARN: exact, case-sensitive string comparison, path included"
    assert subjects["S-077"] == "Match kind against permissions boundary and session policy (same account)"
    assert subjects["S-300"].endswith(" …")
