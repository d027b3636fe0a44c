"""The page on profiles says what the data say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keypolicy import RequirementProfile, profiles
from keypolicy.analysis.context_template import PLACEHOLDERS
from keypolicy.analysis.principal_kinds import KIND_WORDS
from keypolicy.analysis.profile_members import PARTIAL_MEMBERS, PROFILE_MEMBERS, REQUIREMENT_MEMBERS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")
FIRST_CELL = re.compile(r"^\| `(?P<name>[^`]+)` \|", re.MULTILINE)


def first_cells(heading: str) -> set[str]:
    """What stands in the first column of the tables below a heading."""
    section = re.split(r"^#+ ", PAGE.partition(f"# {heading}\n")[2], flags=re.MULTILINE)[0]
    return {found["name"] for found in FIRST_CELL.finditer(section)}


def test_the_table_lists_every_shipped_profile_as_it_is() -> None:
    """Name, title and kinds of principal, sorted by name."""
    rows = [
        f"| `{name}` | {profile.title} | {', '.join(profile.principal_kinds) or 'any'} |"
        for name, profile in sorted(profiles.items())
    ]

    assert "\n".join(rows) in PAGE
    assert first_cells("Which there are") == set(profiles)


def test_the_page_names_every_member_placeholder_and_kind() -> None:
    """And nothing that is none."""
    assert first_cells("The file") == set(PROFILE_MEMBERS) | set(REQUIREMENT_MEMBERS)
    assert first_cells("Placeholders") == {f"{{{name}}}" for name in PLACEHOLDERS}
    assert {re.findall(r"\w+", cell)[0] for cell in first_cells("Partly known values")} == set(PARTIAL_MEMBERS)
    assert all(f"`{kind}`" in PAGE for kind in KIND_WORDS)


@pytest.mark.parametrize("place", ["examples/profiles", "tests/cli/policies"])
def test_the_example_is_the_same_in_toml_and_json(place: str) -> None:
    """The page shows the TOML file whole."""
    folder = ROOT / "examples" / "profiles"

    assert RequirementProfile.load(ROOT / place / "restore-drill.toml") == RequirementProfile.load(
        folder / "restore-drill.json"
    )
    assert (folder / "restore-drill.toml").read_text(encoding="utf-8") in PAGE
