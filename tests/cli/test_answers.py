"""The commands print what the golden files hold, and end with the right exit code."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from keypolicy import profiles
from keypolicy.outputs.json import profiles_object
from tests.cli.conftest import Run
from tests.cli.questions import DESTINATION, EXAMPLE, KEY, PRINCIPAL, SERVICE_LINKED_ROLE, policy_bytes, statement

GOLDEN = Path(__file__).parent / "golden"
MISSPELT = "tests/cli/policies/misspelt-actions.json"
CONDITIONS = "tests/cli/policies/conditions.json"
EVERYONE = "tests/cli/policies/everyone.json"
BROKEN = "tests/cli/policies/broken.json"

DECRYPT = ("--action", "kms:Decrypt")
ROLE_OF_DESTINATION = ("--principal", f"arn:aws:iam::{DESTINATION}:role/Restore")
ROLE_OF_KEY_ACCOUNT = ("--principal", "arn:aws:iam::111122223333:role/Restore")
TRAIL = "cloudtrail.amazonaws.com"
SETTLED = (
    *("--context", "kms:ViaService=ec2.eu-west-1.amazonaws.com"),
    *("--context", "aws:PrincipalOrgID=o-exampleorgid"),
    *("--absent", "aws:SourceVpce"),
    "--closed",
)

IN_PART = (
    *("--like", "kms:ViaService=*.eu-west-1.amazonaws.com", "--like", "kms:ViaService=*.eu-west-2.amazonaws.com"),
    *("--any-of", "aws:PrincipalOrgID=o-exampleorgid", "--any-of", "aws:PrincipalOrgID=o-another"),
    *("--absent", "aws:PrincipalOrgID", "--present", "aws:SourceVpce"),
    *("--at-least", "aws:CalledVia=athena.amazonaws.com"),
)
MISSPELT_KEYS = (
    *("--context", "kms:ViaServise=ec2.eu-west-1.amazonaws.com", "--absent", "kms:EncryptionContxt:Project"),
    *("--present", "other"),
)

COMMANDS: dict[str, tuple[int, list[str]]] = {
    "check-pass": (0, ["check", EXAMPLE, *KEY, *PRINCIPAL]),
    "check-fail": (1, ["check", "examples/backup-copy-source-key-without-grants.json", *KEY, *PRINCIPAL]),
    "check-conditional": (3, ["check", CONDITIONS, *KEY, *PRINCIPAL, "--profile", "backup-guide-min"]),
    "check-conditional-settled": (
        0,
        ["check", CONDITIONS, *KEY, *PRINCIPAL, "--profile", "backup-guide-min", *SETTLED],
    ),
    "check-misspelt-actions": (1, ["check", MISSPELT, *KEY, *PRINCIPAL, "--profile", "repost-copy"]),
    "check-misspelt-actions-json": (
        1,
        ["check", MISSPELT, *KEY, *PRINCIPAL, "--profile", "repost-copy", "--format", "json"],
    ),
    "check-service-linked-role": (
        0,
        ["check", "examples/backup-copy-source-key-service-linked-role.json", *KEY, "--principal", SERVICE_LINKED_ROLE],
    ),
    "check-colours": (3, ["check", CONDITIONS, *KEY, *PRINCIPAL, "--profile", "backup-guide-min", "--color", "always"]),
    "check-lenient": (3, ["check", BROKEN, *KEY, *PRINCIPAL, "--profile", "backup-guide-min", "--lenient"]),
    "check-lenient-json": (
        3,
        ["check", BROKEN, *KEY, *PRINCIPAL, "--profile", "backup-guide-min", "--lenient", "--format", "json"],
    ),
    "evaluate-allowed": (0, ["evaluate", EXAMPLE, *KEY, *PRINCIPAL, "--action", "kms:ReEncrypt*"]),
    "evaluate-explicit-deny": (1, ["evaluate", CONDITIONS, *KEY, *PRINCIPAL, "--action", "kms:Encrypt"]),
    "evaluate-conditional": (3, ["evaluate", EXAMPLE, *KEY, *PRINCIPAL, "--action", "kms:CreateGrant"]),
    "evaluate-conditional-json": (
        3,
        ["evaluate", EXAMPLE, *KEY, *PRINCIPAL, "--action", "kms:CreateGrant", "--format", "json"],
    ),
    "evaluate-likely": (
        0,
        ["evaluate", "tests/cli/policies/undocumented.json", *KEY, *PRINCIPAL, *DECRYPT, "--reading", "likely"],
    ),
    "evaluate-safest": (
        3,
        ["evaluate", "tests/cli/policies/undocumented.json", *KEY, *PRINCIPAL, *DECRYPT],
    ),
    "evaluate-everything": (1, ["evaluate", CONDITIONS, *KEY, *PRINCIPAL]),
    "evaluate-service": (
        1,
        ["evaluate", EXAMPLE, *KEY, "--principal", "logs.eu-west-1.amazonaws.com", "--action", "kms:Decrypt"],
    ),
    "evaluate-known-in-part": (
        3,
        ["evaluate", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, "--action", "kms:CreateGrant", *IN_PART],
    ),
    "evaluate-misspelt-keys": (3, ["evaluate", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, *MISSPELT_KEYS]),
    "evaluate-misspelt-keys-json": (
        3,
        ["evaluate", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, *MISSPELT_KEYS, "--format", "json"],
    ),
    "evaluate-session": (
        3,
        [
            "evaluate",
            "tests/cli/policies/session.json",
            *KEY,
            *ROLE_OF_DESTINATION,
            *DECRYPT,
            "--action",
            "kms:Encrypt",
        ],
    ),
    "evaluate-one-account": (
        0,
        [
            "evaluate",
            "tests/cli/policies/one-account.json",
            *KEY,
            *ROLE_OF_KEY_ACCOUNT,
            *DECRYPT,
            "--action",
            "kms:*crypt",
        ],
    ),
    "explain-closest": (
        1,
        [
            *("explain", "examples/backup-copy-source-key-without-grants.json", *KEY, *PRINCIPAL),
            *("--profile", "union"),
        ],
    ),
    "explain-conditional": (
        1,
        ["explain", CONDITIONS, *KEY, *PRINCIPAL, "--action", "kms:*crypt", "--action", "kms:CreateGrant"],
    ),
    "explain-conditional-json": (
        3,
        ["explain", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, "--format", "json"],
    ),
    "explain-misspelt-actions": (1, ["explain", MISSPELT, *KEY, *PRINCIPAL, "--profile", "repost-copy"]),
    "explain-misspelt-actions-json": (
        1,
        ["explain", MISSPELT, *KEY, *PRINCIPAL, "--action", "kms:ListGrants", "--format", "json"],
    ),
    "explain-lenient": (
        3,
        ["explain", BROKEN, *KEY, *PRINCIPAL, "--profile", "backup-guide-min", "--lenient", "--color", "always"],
    ),
    "explain-service-linked-role-named": (
        1,
        ["explain", "examples/backup-copy-source-key-service-linked-role.json", *KEY, *PRINCIPAL, *DECRYPT],
    ),
    "explain-known-in-part-json": (
        3,
        ["explain", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, *IN_PART, "--format", "json"],
    ),
    "explain-misspelt-keys": (3, ["explain", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT, *MISSPELT_KEYS]),
    "who-can": (0, ["who-can", "examples/backup-copy-source-key-service-linked-role.json", *KEY]),
    "who-can-conditions": (0, ["who-can", CONDITIONS, *KEY, "--color", "always"]),
    "who-can-everyone": (0, ["who-can", EVERYONE, *KEY]),
    "who-can-everyone-json": (0, ["who-can", EVERYONE, *KEY, *DECRYPT, "--format", "json"]),
    "who-can-everyone-settled": (0, ["who-can", EVERYONE, *KEY, *SETTLED, "--action", "kms:*crypt"]),
    "who-can-misspelt-keys": (0, ["who-can", CONDITIONS, *KEY, *DECRYPT, *MISSPELT_KEYS]),
    "who-can-lenient": (0, ["who-can", BROKEN, *KEY, "--lenient"]),
    "who-can-lenient-json": (0, ["who-can", BROKEN, *KEY, *DECRYPT, "--lenient", "--format", "json"]),
    "profiles": (0, ["profiles"]),
    "check-service": (
        3,
        ["check", "tests/cli/policies/cloudtrail.json", *KEY, "--principal", TRAIL, "--profile", "cloudtrail-service"],
    ),
    "check-other-principal-kind": (
        1,
        ["check", "tests/cli/policies/cloudtrail.json", *KEY, *PRINCIPAL, "--profile", "cloudtrail-service"],
    ),
    "check-other-principal-kind-json": (
        1,
        [
            *("check", "tests/cli/policies/cloudtrail.json", *KEY, *PRINCIPAL),
            *("--profile", "cloudtrail-service", "--format", "json"),
        ],
    ),
    "check-profile-file": (
        0,
        ["check", EXAMPLE, *KEY, *PRINCIPAL, "--profile-file", "tests/cli/policies/restore-drill.toml"],
    ),
    "profiles-cloudtrail-service": (0, ["profiles", "cloudtrail-service"]),
    "profiles-cloudtrail-service-json": (0, ["profiles", "cloudtrail-service", "--format", "json"]),
    "profiles-file": (0, ["profiles", "--file", "tests/cli/policies/restore-drill.toml"]),
    "profiles-union": (0, ["profiles", "union"]),
    "profiles-union-json": (0, ["profiles", "union", "--format", "json"]),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_its_golden_file(name: str, run: Run) -> None:
    """Output, exit code, and nothing on standard error."""
    code, arguments = COMMANDS[name]

    finished = run(*arguments)

    assert finished.out == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert (finished.code, finished.err) == (code, "")


def test_every_golden_file_belongs_to_a_command() -> None:
    """No file is left behind."""
    assert {file.stem for file in GOLDEN.iterdir()} == set(COMMANDS)


def test_the_profiles_as_json_are_all_of_them_whole(run: Run) -> None:
    """And which of them is the default."""
    finished = run("profiles", "--format", "json")

    assert json.loads(finished.out) == profiles_object(profiles, "union")
    assert (finished.code, finished.err) == (0, "")


def test_the_schema_is_printed_as_it_is_published(run: Run) -> None:
    """Byte by byte."""
    published = (files("keypolicy.analysis") / "profile.schema.json").read_text("utf-8")

    assert run("profiles", "--schema") == (0, published, "")


@pytest.mark.parametrize("command", ["check", "evaluate", "explain"])
def test_standard_input_is_read_for_a_dash(command: str, run: Run) -> None:
    """`-` answers as the file does."""
    asked = ("--profile", "union") if command == "explain" else ()
    content = Path(EXAMPLE).read_bytes() if Path(EXAMPLE).exists() else policy_bytes(statement("kms:*"))
    from_file = run(command, EXAMPLE, *KEY, *PRINCIPAL, *asked)

    assert run(command, "-", *KEY, *PRINCIPAL, *asked, stdin=content) == from_file


def test_a_condition_key_given_twice_has_two_values(run: Run) -> None:
    """A multivalued key is stated by repeating the option."""
    condition = {"ForAllValues:StringEquals": {"aws:CalledVia": ["athena.amazonaws.com", "glue.amazonaws.com"]}}
    content = policy_bytes(statement("kms:Decrypt", Condition=condition))
    arguments = ["evaluate", "-", *KEY, *PRINCIPAL, *DECRYPT]
    both = ["--context", "aws:CalledVia=athena.amazonaws.com", "--context", "aws:CalledVia=glue.amazonaws.com"]
    another = ["--context", "aws:CalledVia=athena.amazonaws.com", "--context", "aws:CalledVia=ec2.amazonaws.com"]

    assert run(*arguments, *both, stdin=content).code == 0
    assert run(*arguments, *another, stdin=content).code == 1


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        (["--like", "kms:ViaService=ec2.*"], 3),
        (["--like", "kms:ViaService=rds.*"], 1),
        (["--like", "kms:ViaService=rds.*", "--like", "kms:ViaService=ec2.*"], 3),
        (["--any-of", "kms:ViaService=ec2.eu-west-1.amazonaws.com"], 0),
        (["--any-of", "kms:ViaService=ec2.eu-west-1.amazonaws.com", "--any-of", "kms:ViaService=x"], 3),
        (["--any-of", "kms:ViaService=ec2.eu-west-1.amazonaws.com", "--absent", "KMS:VIASERVICE"], 3),
        (["--any-of", "kms:ViaService=x", "--absent", "kms:ViaService", "--absent", "kms:ViaService"], 1),
        (["--present", "kms:ViaService", "--present", "kms:ViaService"], 3),
        (["--at-least", "kms:EncryptionContextKeys=a", "--context", "kms:ViaService=ec2.eu-west-1.amazonaws.com"], 0),
    ],
)
def test_a_condition_key_may_be_known_in_part(stated: list[str], outcome: int, run: Run) -> None:
    """Patterns, choices that may include absence, and presence without a value decide what they can (S-358)."""
    condition = {"StringEquals": {"kms:ViaService": "ec2.eu-west-1.amazonaws.com"}}
    content = policy_bytes(statement("kms:Decrypt", Condition=condition))

    assert run("evaluate", "-", *KEY, *PRINCIPAL, *DECRYPT, *stated, stdin=content).code == outcome


@pytest.mark.parametrize(
    ("stated", "outcome"),
    [
        (["--at-least", "kms:EncryptionContextKeys=a", "--at-least", "kms:EncryptionContextKeys=b"], 0),
        (["--at-least", "kms:EncryptionContextKeys=a"], 3),
        (["--context", "kms:EncryptionContextKeys=a"], 1),
    ],
)
def test_a_set_may_be_known_by_some_of_its_values(stated: list[str], outcome: int, run: Run) -> None:
    """`--at-least` leaves open what else the set holds (S-359)."""
    condition = {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "b"}}
    content = policy_bytes(statement("kms:Decrypt", Condition=condition))

    assert run("evaluate", "-", *KEY, *PRINCIPAL, *DECRYPT, *stated, stdin=content).code == outcome


@pytest.mark.parametrize("format_", ["text", "json"])
def test_misspelt_keys_are_told_in_every_form_of_every_command(format_: str, run: Run) -> None:
    """A key that no catalogue has is taken as stated, and a hint names the one that was probably meant."""
    commands = (
        ["check", CONDITIONS, *KEY, *PRINCIPAL],
        ["evaluate", CONDITIONS, *KEY, *PRINCIPAL],
        ["explain", CONDITIONS, *KEY, *PRINCIPAL, *DECRYPT],
        ["who-can", CONDITIONS, *KEY],
    )
    for command in commands:
        finished = run(*command, "--absent", "kms:viaservise", "--format", format_)
        known = run(*command, "--absent", "kms:viaservice", "--format", format_)

        assert "kms:viaservise is no condition key that AWS documents" in finished.out
        assert "near it: kms:ViaService" in finished.out
        assert "is no condition key" not in known.out


def test_a_value_may_hold_equals_signs(run: Run) -> None:
    """Key and value are parted at the first equals sign."""
    condition = {"StringEquals": {"kms:EncryptionContext:tag": "a=b="}}
    content = policy_bytes(statement("kms:Decrypt", Condition=condition))

    finished = run(
        *["evaluate", "-", *KEY, *PRINCIPAL, *DECRYPT],
        *["--context", "kms:EncryptionContext:tag=a=b="],
        stdin=content,
    )

    assert finished.code == 0


def test_a_stated_context_overrides_what_the_profile_assumes(run: Run) -> None:
    """With GrantIsForAWSResource stated as false, the grants of the example are not allowed."""
    finished = run("check", EXAMPLE, *KEY, *PRINCIPAL, "--context", "kms:GrantIsForAWSResource=false")

    assert finished.code == 1
    assert "  assumed: kms:GrantIsForAWSResource=false\n" in finished.out


def test_the_json_of_an_action_begins_with_the_members_of_the_batch_contract(run: Run) -> None:
    """Programs that read `batch` read `--format json` too."""
    finished = run("check", EXAMPLE, *KEY, *PRINCIPAL, "--format", "json")

    for answer in json.loads(finished.out)["actions"].values():
        assert list(answer)[:5] == ["outcome", "statements", "missing_context", "residual", "undocumented"]


def test_colours_are_for_terminals_only(run: Run) -> None:
    """Captured output has no colours by default, and `--color never` has none either."""
    by_default = run("check", EXAMPLE, *KEY, *PRINCIPAL)

    assert "\x1b" not in by_default.out
    assert run("check", EXAMPLE, *KEY, *PRINCIPAL, "--color", "never") == by_default


def test_no_document_can_steer_a_terminal(run: Run) -> None:
    """A control character in a condition is printed as an escape."""
    condition = {"StringEquals": {"kms:ViaService": "\x1b[2J"}}
    content = policy_bytes(statement("kms:Decrypt", Condition=condition))

    finished = run("evaluate", "-", *KEY, *PRINCIPAL, *DECRYPT, stdin=content)

    assert 'StringEquals kms:ViaService "\\x1b[2J"' in finished.out
    assert "\x1b" not in finished.out
