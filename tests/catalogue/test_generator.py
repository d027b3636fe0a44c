"""The generator of the catalogue's data; needs the fact files, which are not part of the project."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent.parent.parent
FACTS = PROJECT.parent / "shared" / "facts"
FILES = ("kms_actions.json", "kms_condition_keys.json", "global_condition_keys.json", "limits.json")

DATA = PROJECT / "keypolicy" / "catalogue" / "data"

pytestmark = pytest.mark.skipif(
    not (FACTS.is_dir() and DATA.is_dir()),
    reason="the generator needs the fact files beside the project, and the source tree that it writes to",
)


def run(facts: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "tools" / "generate_catalogue.py"), "--facts", str(facts), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )


def changed(folder: Path, file: str, change: Any) -> Path:
    """A copy of the facts with one file changed."""
    for name in FILES:
        shutil.copyfile(FACTS / name, folder / name)
    facts = json.loads((folder / file).read_text("utf-8"))
    change(facts)
    (folder / file).write_text(json.dumps(facts), "utf-8")
    return folder


def test_the_committed_data_are_what_the_facts_give() -> None:
    """The data files were generated and not edited."""
    finished = run(FACTS)

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_changed_facts_are_noticed(tmp_path: Path) -> None:
    """The check names the file that would be written anew."""

    def change(limits: Any) -> None:
        limits["service_linked_roles"]["roles"][0]["role_name"] = "AnotherName"

    finished = run(changed(tmp_path, "limits.json", change))

    assert finished.returncode == 1
    assert "services.json differs" in finished.stdout


def lose_an_action(facts: Any) -> None:
    facts["actions"].pop()


def deny_a_grant_operation(facts: Any) -> None:
    facts["actions"][4]["grant_operation"] = False


def carry_a_key_elsewhere(facts: Any) -> None:
    facts["actions"][0]["condition_keys"]["union"].append("kms:MessageType")


@pytest.mark.parametrize("change", [lose_an_action, deny_a_grant_operation, carry_a_key_elsewhere])
def test_facts_that_contradict_themselves_or_the_semantics_are_refused(tmp_path: Path, change: Any) -> None:
    """A contradiction that nobody has explained ends the run, and nothing is written."""
    finished = run(changed(tmp_path, "kms_actions.json", change))

    assert finished.returncode == 2
    assert "contradict" in finished.stderr
