"""Bad input: one line for each problem with its place and code, exit code 2, and nothing on standard output."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Finished, Run
from tests.cli.questions import DESTINATION, EXAMPLE, KEY, KEY_ARN, PRINCIPAL, policy_bytes, statement

COMMANDS = ("check", "evaluate")

UNREADABLE_POLICIES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", ":1:1: the text is empty [not-json]"),
    "not UTF-8": (b'{"Id": "\xff"}', ":1:9: the text is not UTF-8: invalid start byte [not-utf8]"),
    "not JSON": (b'{\n "Version": }', ":2:13: the text is not JSON: Expecting value [not-json]"),
    "a list": (b"[]", ":1:1: a key policy is a JSON object, not a list [not-an-object]"),
    "no policy": (b"{}", ":1:1: Statement is missing [missing-element]"),
    "an unknown operator": (
        policy_bytes(statement("kms:*", Condition={"StringEqual": {"kms:ViaService": "x"}})),
        (
            ':1:149: "StringEqual" is not a condition operator; near names: '
            "StringEquals, StringNotEquals, StringEqualsIfExists [unknown-operator]"
        ),
    ),
}


def assert_refused(finished: Finished, *lines: str) -> None:
    assert finished == Finished(2, "", "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", UNREADABLE_POLICIES)
def test_a_policy_that_cannot_be_read_is_refused_with_its_place(
    command: str, name: str, run: Run, tmp_path: Path
) -> None:
    """From a file the place begins with its name."""
    content, message = UNREADABLE_POLICIES[name]
    file = tmp_path / "policy.json"
    file.write_bytes(content)

    assert_refused(run(command, str(file), *KEY, *PRINCIPAL), f"{file}{message}")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", UNREADABLE_POLICIES)
def test_standard_input_is_refused_in_the_same_way(command: str, name: str, run: Run) -> None:
    """From standard input the place begins with `<stdin>`."""
    content, message = UNREADABLE_POLICIES[name]

    assert_refused(run(command, "-", *KEY, *PRINCIPAL, stdin=content), f"<stdin>{message}")


def test_each_problem_of_a_policy_has_a_line(run: Run) -> None:
    """A policy with two problems is refused in two lines."""
    content = b'{"Statement": [\n {"Effect": "allow", "Principal": "*", "Acton": "kms:*", "Resource": "*"}]}'

    finished = run("check", "-", *KEY, *PRINCIPAL, stdin=content)

    assert (finished.code, finished.out) == (2, "")
    places_and_codes = [(line.split(" ")[0], line.rsplit(" ")[-1]) for line in finished.err.splitlines()]
    assert places_and_codes == [("<stdin>:2:13:", "[invalid-effect]"), ("<stdin>:2:40:", "[unknown-element]")]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_missing_is_refused(command: str, run: Run) -> None:
    """With the name of the file, and no position in it."""
    assert_refused(
        run(command, "nowhere.json", *KEY, *PRINCIPAL), "nowhere.json: there is no such file [file-not-found]"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_a_directory_is_refused(command: str, run: Run) -> None:
    """A folder holds no policy."""
    assert_refused(run(command, "tests", *KEY, *PRINCIPAL), "tests: this is a directory, not a file [is-a-directory]")


WRONG_ARGUMENTS: dict[str, tuple[list[str], str]] = {
    "an account id of 11 digits": (
        ["--principal", "44445555666"],
        "--principal: '44445555666' is not an account id: expected 12 digits, found 11 characters [invalid-account-id]",
    ),
    "an account id of 11 digits in the key": (
        ["--key", KEY_ARN.replace("111122223333", "11112222333")],
        (
            f"--key: the account id in '{KEY_ARN.replace('111122223333', '11112222333')}' is not 12 digits "
            "[invalid-account-id]"
        ),
    ),
    "an account of another partition": (
        ["--principal", f"arn:aws-cn:iam::{DESTINATION}:root"],
        "--principal: the principal is in partition aws-cn, the key in aws; none reaches across [other-partition]",
    ),
    "a role of another partition": (
        ["--principal", f"arn:aws-us-gov:iam::{DESTINATION}:role/Restore"],
        "--principal: the principal is in partition aws-us-gov, the key in aws; none reaches across [other-partition]",
    ),
    "an alias in place of the key": (
        ["--key", "arn:aws:kms:eu-west-1:111122223333:alias/backup"],
        (
            "--key: 'arn:aws:kms:eu-west-1:111122223333:alias/backup' names an alias, and authorization is always "
            "against the key ARN: give the ARN of the key, such as describe-key tells [alias-arn]"
        ),
    ),
    "a context without a value": (
        ["--context", "kms:ViaService"],
        "--context: expected KEY=VALUE, found 'kms:ViaService' [invalid-context]",
    ),
    "a context without a key": (
        ["--context", "=value"],
        "--context: a condition key is a non-empty string, not '' [invalid-context-key]",
    ),
    "a key that is stated and absent": (
        ["--context", "kms:ViaService=x", "--absent", "kms:viaservice"],
        "--absent: kms:viaservice is stated by --context too; state it in one way [key-stated-twice]",
    ),
    "a key that has a value and fits a pattern": (
        ["--like", "kms:ViaService=x*", "--context", "kms:ViaService=x"],
        "--like: kms:ViaService is stated by --context too; state it in one way [key-stated-twice]",
    ),
    "a key that fits a pattern and is one of several": (
        ["--like", "kms:ViaService=x*", "--any-of", "kms:ViaService=x"],
        "--any-of: kms:ViaService is stated by --like too; state it in one way [key-stated-twice]",
    ),
    "a key that holds some values and may be absent": (
        ["--at-least", "aws:CalledVia=x", "--absent", "aws:CalledVia"],
        "--absent: aws:CalledVia is stated by --at-least too; state it in one way [key-stated-twice]",
    ),
    "a key that is present and absent": (
        ["--present", "aws:SourceVpce", "--absent", "aws:SourceVpce"],
        "--absent: aws:SourceVpce is stated by --present too; state it in one way [key-stated-twice]",
    ),
    "a key that is present, and perhaps absent": (
        ["--present", "aws:SourceVpce", "--absent", "aws:SourceVpce", "--any-of", "aws:SourceVpce=x"],
        "--present: aws:SourceVpce is stated by --any-of too; state it in one way [key-stated-twice]",
    ),
    "a key in two spellings": (
        ["--like", "kms:ViaService=x*", "--like", "kms:viaservice=y*"],
        "--context: the context states kms:viaservice twice [key-stated-twice]",
    ),
    "a pattern without a key": (
        ["--like", "*.amazonaws.com"],
        "--like: expected KEY=PATTERN, found '*.amazonaws.com' [invalid-context]",
    ),
    "a choice without a value": (
        ["--any-of", "kms:ViaService"],
        "--any-of: expected KEY=VALUE, found 'kms:ViaService' [invalid-context]",
    ),
    "a set without a value": (
        ["--at-least", "aws:CalledVia"],
        "--at-least: expected KEY=VALUE, found 'aws:CalledVia' [invalid-context]",
    ),
    "presence of no key": (
        ["--present", ""],
        "--context: a condition key is a non-empty string, not '' [invalid-context-key]",
    ),
    "a context that contradicts the principal": (
        ["--context", "aws:PrincipalAccount=777788889999"],
        (
            f"--context: the context states aws:principalaccount, which for {DESTINATION} on {KEY_ARN} is "
            f"{DESTINATION} [contradictory-context]"
        ),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", WRONG_ARGUMENTS)
def test_a_wrong_argument_is_refused_with_its_option(command: str, name: str, run: Run) -> None:
    """The place is the option; of options that are given twice the later one counts."""
    arguments, message = WRONG_ARGUMENTS[name]

    assert_refused(run(command, EXAMPLE, *KEY, *PRINCIPAL, *arguments), message)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("kms:Decrpt", "KMS has no action 'kms:Decrpt'; near it: kms:Decrypt, kms:Encrypt"),
        ("kms:ListGrant", "KMS has no action kms:ListGrant; the action is kms:ListGrants"),
        (
            "kms:ReEncrypt",
            (
                "kms:ReEncrypt is an API operation and no permission: it needs kms:ReEncryptFrom on the source key "
                "and kms:ReEncryptTo on the destination key"
            ),
        ),
        ("kms:Foo*", "the pattern 'kms:Foo*' matches no action of KMS"),
        ("s3:GetObject", "'s3:GetObject' is an action of another service; the actions of KMS begin with kms:"),
    ],
)
def test_an_unknown_action_is_refused_and_explained(action: str, message: str, run: Run) -> None:
    """Near names are told; an API operation and a published misspelling are explained."""
    finished = run("evaluate", EXAMPLE, *KEY, *PRINCIPAL, "--action", action)

    assert_refused(finished, f"--action: {message} [unknown-action]")


def test_an_unknown_profile_is_refused_with_the_nearest_one(run: Run) -> None:
    """For `check` and for `profiles`."""
    message = "there is no profile 'unoin'; near it: union [unknown-profile]"

    assert_refused(run("check", EXAMPLE, *KEY, *PRINCIPAL, "--profile", "unoin"), f"--profile: {message}")
    assert_refused(run("profiles", "unoin"), f"NAME: {message}")


@pytest.mark.parametrize(
    "arguments",
    [("check", EXAMPLE, *KEY, *PRINCIPAL, "--profile-file"), ("profiles", "--file")],
    ids=["check", "profiles"],
)
@pytest.mark.parametrize(
    ("name", "text", "complaints"),
    [
        (
            "own.json",
            '{"name": "own", "title": "own",\n "requirements": [{"actions": ["kms:ListGrant"], "contxt": {}}]}',
            [
                ":2:32: KMS has no action kms:ListGrant; the action is kms:ListGrants [unknown-action]",
                ":2:50: a requirement has no member 'contxt'; near it: context [unknown-member]",
            ],
        ),
        (
            "own.toml",
            'name = "own"\ntitle = "own"\nrequirements = "kms:Decrypt"\n',
            [": expected a list (at /requirements) [invalid-profile]"],
        ),
        ("own.toml", 'name = "own"\ntitle =\n', [":2:8: the text is not TOML: Invalid value [not-toml]"]),
    ],
    ids=["a misspelt action and member", "a text in place of a list", "no TOML"],
)
def test_a_profile_that_cannot_be_read_is_refused_with_its_place(
    arguments: tuple[str, ...], name: str, text: str, complaints: list[str], run: Run, tmp_path: Path
) -> None:
    """The line begins with the file; the pointer is told where there is no line."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")

    assert_refused(run(*arguments, str(file)), *(f"{file}{complaint}" for complaint in complaints))


def test_one_profile_is_named_and_in_one_way(run: Run) -> None:
    """A name and a file, or a file and the schema, are wrong usage."""
    for arguments in (
        ("check", EXAMPLE, *KEY, *PRINCIPAL, "--profile", "union", "--profile-file", "own.json"),
        ("profiles", "--schema", "--file", "own.json"),
        ("profiles", "union", "--schema"),
    ):
        finished = run(*arguments)
        assert (finished.code, finished.out) == (2, "")
        assert "not allowed with argument" in finished.err


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ([], "keypolicy"),
        (["chekc"], "keypolicy"),
        (["check", EXAMPLE], "keypolicy check"),
        (["check", EXAMPLE, *KEY, *PRINCIPAL, "--reading", "boldest"], "keypolicy check"),
        (["evaluate", EXAMPLE, *KEY, *PRINCIPAL, "--act", "kms:Decrypt"], "keypolicy"),
    ],
    ids=["no command", "an unknown command", "a missing option", "an unknown value", "an abbreviated option"],
)
def test_wrong_usage_is_refused_in_one_line(arguments: list[str], place: str, run: Run) -> None:
    """What is wrong, and where help is."""
    finished = run(*arguments)

    assert (finished.code, finished.out) == (2, "")
    assert finished.err.startswith(f"{place}: ")
    assert finished.err.endswith(f"; see {place} --help [wrong-usage]\n")
    assert finished.err.count("\n") == 1


LINES: dict[str, tuple[Callable[[dict[str, object]], object], str, str]] = {
    "a policy text that is not JSON": (lambda q: q.update(key_policy="{"), "not-json", ""),
    "JSON but not a policy": (lambda q: q.update(key_policy={}), "missing-element", ""),
    "an unknown operator": (
        lambda q: q.update(
            key_policy={"Statement": [statement("kms:*", Condition={"StringEqual": {"kms:ViaService": "x"}})]}
        ),
        "unknown-operator",
        "/Statement/0/Condition/StringEqual",
    ),
    "an account id of 11 digits": (lambda q: q.update(principal="44445555666"), "invalid-account-id", "/principal"),
    "a principal of another partition": (
        lambda q: q.update(principal=f"arn:aws-cn:iam::{DESTINATION}:root"),
        "other-partition",
        "/principal",
    ),
    "an unknown action": (lambda q: q.update(actions=["kms:Decrypt", "kms:ListGrant"]), "unknown-action", "/actions/1"),
    "an unknown profile": (
        lambda q: (q.pop("actions"), q.update(profile="unoin")),
        "unknown-profile",
        "/profile",
    ),
    "an alias in place of the key": (
        lambda q: q.update(key_arn="arn:aws:kms:eu-west-1:111122223333:alias/backup"),
        "alias-arn",
        "/key_arn",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_bad_line_of_batch_has_an_error_line_and_the_rest_goes_on(name: str, run: Run) -> None:
    """Between two questions that are answered; the exit code is 0."""
    change, code, pointer = LINES[name]
    good: dict[str, object] = {
        "id": "good",
        "key_arn": KEY_ARN,
        "key_policy": {"Statement": [statement("kms:Decrypt")]},
        "principal": DESTINATION,
        "actions": ["kms:Decrypt"],
    }
    bad = {**good, "id": "bad"}
    change(bad)

    finished = run("batch", stdin="\n".join(map(json.dumps, (good, bad, good))).encode())

    first, error, last = map(json.loads, finished.out.splitlines())
    assert (finished.code, finished.err) == (0, "")
    assert first == last
    assert first["outcome"] == "allowed"
    assert (error["id"], error["error"]["code"], error["error"]["pointer"]) == ("bad", code, pointer)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("nowhere.jsonl", "there is no such file [file-not-found]"),
        ("tests", "this is a directory, not a file [is-a-directory]"),
        ("a\0b", "cannot be read: embedded null byte [not-readable]"),
    ],
)
def test_a_file_of_questions_that_cannot_be_opened_is_refused(file: str, message: str, run: Run) -> None:
    """Exit code 2, and no answer."""
    shown = file.replace("\0", "\\x00")

    assert_refused(run("batch", file), f"{shown}: {message}")


def test_explain_is_asked_about_actions_or_a_profile(run: Run) -> None:
    """One of the two and not both; an unknown one is refused as by the other commands."""
    question = ("explain", EXAMPLE, *KEY, *PRINCIPAL)

    assert_refused(
        run(*question),
        "keypolicy explain: one of the arguments --action --profile --profile-file is required; "
        "see keypolicy explain --help [wrong-usage]",
    )
    assert run(*question, "--action", "kms:Decrypt", "--profile", "union").code == 2
    assert run(*question, "--profile", "unheard").err.startswith("--profile: ")
    assert run(*question, "--action", "kms:Unheard").err.startswith("--action: KMS has no action")


def test_who_can_refuses_what_cannot_be_asked(run: Run) -> None:
    """An alias, an unknown action, a context without a value, a file that is not there; it asks about no principal."""
    assert run("who-can", EXAMPLE, "--key", "alias/x").err.startswith("--key: 'alias/x' names an alias")
    assert run("who-can", EXAMPLE, *KEY, "--action", "kms:Unheard").err.startswith("--action: KMS has no action")
    assert run("who-can", EXAMPLE, *KEY, "--context", "x").err.startswith("--context: expected KEY=VALUE")
    assert_refused(run("who-can", "nowhere.json", *KEY), "nowhere.json: there is no such file [file-not-found]")
    assert run("who-can", EXAMPLE, *KEY, *PRINCIPAL).code == 2
