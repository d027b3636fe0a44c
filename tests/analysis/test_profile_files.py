"""Profiles in files: JSON and TOML, read strictly, and told where they are wrong."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from keypolicy import RequirementProfile, profiles
from keypolicy.analysis.profile_files import profile_from_json, profile_from_toml
from keypolicy.errors import DocumentError, InputShapeError, UnknownNameError
from keypolicy.outputs.json import profile_object

SCHEMA = json.loads((files("keypolicy.analysis") / "profile.schema.json").read_text("utf-8"))
SHIPPED = [file for file in (files("keypolicy.analysis") / "profiles").iterdir() if file.name.endswith(".json")]


def profile(**members: Any) -> dict[str, Any]:
    whole = {"name": "own", "title": "A profile", "requirements": [{"actions": ["kms:Decrypt"]}], **members}
    return {name: member for name, member in whole.items() if member is not None}


def requiring(**members: Any) -> dict[str, Any]:
    return profile(requirements=[{"actions": ["kms:Decrypt"], **members}])


def stating(value: Any, key: str = "kms:ViaService") -> dict[str, Any]:
    return requiring(context={key: value})


SOUND: dict[str, dict[str, Any]] = {
    "the least": profile(),
    "everything": profile(
        **{"$schema": "profile.schema.json"},
        key="",
        principal="somebody",
        principal_kinds=["account", "service-linked role", "logs.{key_region}.amazonaws.com", "s3.amazonaws.com"],
        rules=["S-391"],
        sources=["a page of 2026"],
        notes=["a note"],
        requirements=[
            {
                "purpose": "use",
                "actions": ["kms:Decrypt", "KMS:encrypt"],
                "context": {
                    "kms:ViaService": "s3.{key_region}.amazonaws.com",
                    "kms:EncryptionContext:{tag}": "{{literal}}",
                    "aws:CalledVia": ["a.amazonaws.com", "b.amazonaws.com"],
                    "aws:MultiFactorAuthPresent": True,
                    "aws:MultiFactorAuthAge": 0.5,
                    "aws:TokenIssueTime": 2026,
                    "aws:SourceArn": {"like": "arn:{partition}:s3:::*"},
                    "aws:SourceAccount": {"any_of": ["{key_account}", ["x"], None]},
                    "aws:SourceOrgPaths": {"at_least": ["o-1/"]},
                    "aws:SourceOrgID": {"present": True},
                    "aws:PrincipalArn": {"like": ["arn:*:role/a", "arn:*:role/b"]},
                },
            }
        ],
    ),
}

BROKEN: dict[str, tuple[Any, str]] = {
    "no object": ([], ""),
    "no name": (profile(name=None), ""),
    "no title": (profile(title=None), ""),
    "no requirements": (profile(requirements=None), ""),
    "an empty list of requirements": (profile(requirements=[]), "/requirements"),
    "requirements that are a number": (profile(requirements=3), "/requirements"),
    "a requirement that is a text": (profile(requirements=["kms:Decrypt"]), "/requirements/0"),
    "a requirement without actions": (profile(requirements=[{"context": {}}]), "/requirements/0"),
    "a name with a space": (profile(name="my profile"), "/name"),
    "a name that is a number": (profile(name=1), "/name"),
    "an empty title": (profile(title=""), "/title"),
    "a key that is a list": (profile(key=[]), "/key"),
    "an unknown member": (profile(requirement=[]), "/requirement"),
    "an unknown member of a requirement": (requiring(contxt={}), "/requirements/0/contxt"),
    "no actions": (requiring(actions=[]), "/requirements/0/actions"),
    "actions that are a text": (requiring(actions="kms:Decrypt"), "/requirements/0/actions"),
    "an action that is a number": (requiring(actions=[1]), "/requirements/0/actions/0"),
    "an action with a wildcard": (requiring(actions=["kms:ReEncrypt*"]), "/requirements/0/actions/0"),
    "an action of another service": (requiring(actions=["s3:GetObject"]), "/requirements/0/actions/0"),
    "an action twice": (requiring(actions=["kms:Encrypt", "kms:Encrypt"]), "/requirements/0/actions/1"),
    "a purpose that is null": (requiring(purpose=None), "/requirements/0/purpose"),
    "a context that is a list": (requiring(context=[]), "/requirements/0/context"),
    "a condition key without a name": (stating("x", ""), "/requirements/0/context/"),
    "a value that is null": (stating(None), "/requirements/0/context/kms:ViaService"),
    "a value that is an empty list": (stating([]), "/requirements/0/context/kms:ViaService"),
    "a value that is a list in a list": (stating([["x"]]), "/requirements/0/context/kms:ViaService/0"),
    "an unknown placeholder": (stating("s3.{region}.amazonaws.com"), "/requirements/0/context/kms:ViaService"),
    "an unknown placeholder in a list": (stating(["{}"]), "/requirements/0/context/kms:ViaService/0"),
    "a single brace": (stating("{"), "/requirements/0/context/kms:ViaService"),
    "a single closing brace": (stating("a}"), "/requirements/0/context/kms:ViaService"),
    "an object of no known form": (stating({"likes": "x"}), "/requirements/0/context/kms:ViaService/likes"),
    "an object of two forms": (
        stating({"like": "x", "present": True}),
        "/requirements/0/context/kms:ViaService",
    ),
    "an empty object": (stating({}), "/requirements/0/context/kms:ViaService"),
    "a pattern that is a number": (stating({"like": 1}), "/requirements/0/context/kms:ViaService/like"),
    "an empty pattern": (stating({"like": ""}), "/requirements/0/context/kms:ViaService/like"),
    "no pattern": (stating({"like": []}), "/requirements/0/context/kms:ViaService/like"),
    "a pattern with a placeholder": (stating({"like": ["{x}*"]}), "/requirements/0/context/kms:ViaService/like/0"),
    "one of nothing": (stating({"any_of": []}), "/requirements/0/context/kms:ViaService/any_of"),
    "one of no list": (stating({"any_of": "x"}), "/requirements/0/context/kms:ViaService/any_of"),
    "one of objects": (stating({"any_of": [{}]}), "/requirements/0/context/kms:ViaService/any_of/0"),
    "at least null": (stating({"at_least": [None]}), "/requirements/0/context/kms:ViaService/at_least/0"),
    "present as a text": (stating({"present": "true"}), "/requirements/0/context/kms:ViaService/present"),
    "present as false": (stating({"present": False}), "/requirements/0/context/kms:ViaService/present"),
    "an unknown kind": (profile(principal_kinds=["rôle"]), "/principal_kinds/0"),
    "a kind that is misspelt": (profile(principal_kinds=["service linked role"]), "/principal_kinds/0"),
    "a kind of all": (profile(principal_kinds=["*"]), "/principal_kinds/0"),
    "a kind with an unknown placeholder": (
        profile(principal_kinds=["logs.{region}.amazonaws.com"]),
        "/principal_kinds/0",
    ),
    "kinds that are a text": (profile(principal_kinds="role"), "/principal_kinds"),
    "a rule of another form": (profile(rules=["391"]), "/rules/0"),
    "an empty source": (profile(sources=[""]), "/sources/0"),
    "a note that is a number": (profile(notes=[1]), "/notes/0"),
}

BEYOND_THE_SCHEMA: dict[str, tuple[Any, str]] = {
    "an action that KMS does not have": (requiring(actions=["kms:ListGrant"]), "/requirements/0/actions/0"),
    "an action in two requirements": (
        profile(requirements=[{"actions": ["kms:Decrypt"]}, {"actions": ["KMS:decrypt"]}]),
        "/requirements/1/actions/0",
    ),
    "a condition key twice": (
        requiring(context={"kms:ViaService": "a", "kms:viaservice": "b"}),
        "/requirements/0/context",
    ),
    "a number of a great size": (stating(10**401), "/requirements/0/context/kms:ViaService"),
}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_profile_is_valid_by_the_published_schema(file: Any) -> None:
    """And so is the object that the outputs make of it."""
    Draft202012Validator(SCHEMA).validate(json.loads(file.read_text("utf-8")))
    Draft202012Validator(SCHEMA).validate(profile_object(profiles[file.name.removesuffix(".json")]))


def test_the_schema_is_a_schema_and_documents_every_member() -> None:
    """Each member of a profile and of a requirement has a description."""
    Draft202012Validator.check_schema(SCHEMA)
    for members in (SCHEMA["properties"], SCHEMA["$defs"]["requirement"]["properties"]):
        assert all(member["description"].endswith(".") for member in members.values())


@pytest.mark.parametrize("name", SOUND)
def test_what_the_schema_takes_the_reader_takes(name: str) -> None:
    """From JSON, and as a mapping alike; and the profile's object reads back."""
    Draft202012Validator(SCHEMA).validate(SOUND[name])

    read = profile_from_json(json.dumps(SOUND[name]))

    assert read == RequirementProfile.from_mapping(SOUND[name])
    assert RequirementProfile.from_mapping(json.loads(json.dumps(profile_object(read)))) == read


@pytest.mark.parametrize("name", [*BROKEN, *BEYOND_THE_SCHEMA])
def test_what_is_no_profile_is_refused_at_its_place(name: str) -> None:
    """With one problem, whose pointer leads to what is wrong and whose line and column are there."""
    data, pointer = {**BROKEN, **BEYOND_THE_SCHEMA}[name]
    text = json.dumps(data, indent=1)

    with pytest.raises(DocumentError) as caught:
        profile_from_json(text, "own.json")

    (problem,) = caught.value.problems
    assert problem.pointer == pointer
    assert problem.code in {"invalid-profile", "unknown-member", "unknown-action"}
    assert problem.line is not None
    assert (problem.line > 1) is bool(pointer)
    assert caught.value.origin == "own.json"


@pytest.mark.parametrize("name", BROKEN)
def test_the_schema_refuses_what_the_reader_refuses(name: str) -> None:
    """All but what a schema cannot say: names of actions, and what spans members."""
    assert not Draft202012Validator(SCHEMA).is_valid(BROKEN[name][0])


@pytest.mark.parametrize(
    "name", [name for name in (*BROKEN, *BEYOND_THE_SCHEMA) if name != "an action that KMS does not have"]
)
def test_a_mapping_that_is_no_profile_is_refused_with_its_pointers(name: str) -> None:
    """As InputShapeError, or UnknownNameError where only the name of an action is wrong."""
    data, pointer = {**BROKEN, **BEYOND_THE_SCHEMA}[name]

    with pytest.raises((InputShapeError, UnknownNameError)) as caught:
        RequirementProfile.from_mapping(data)

    if isinstance(caught.value, InputShapeError):
        assert caught.value.code == "invalid-profile"
        assert f"(at {pointer})" in str(caught.value) or not pointer


def test_every_problem_is_told_in_the_order_of_the_text() -> None:
    """With the nearest names."""
    text = '{\n "titel": "x",\n "name": "A",\n "requirements": [\n  {"actions": ["kms:ReEncrypt"]}]}'

    with pytest.raises(DocumentError) as caught:
        profile_from_json(text)

    assert [(each.code, each.line, each.column) for each in caught.value.problems] == [
        ("invalid-profile", 1, 1),
        ("unknown-member", 2, 2),
        ("invalid-profile", 3, 10),
        ("unknown-action", 5, 16),
    ]
    assert "near it: title" in caught.value.problems[1].message
    assert "kms:ReEncryptFrom" in caught.value.problems[3].message


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "not-json", (1, 1)),
        ('{"name": }', "not-json", (1, 10)),
        ('{"name": "a",\n "name": "b"}', "duplicate-member", (2, 2)),
        ("[" * 100, "nested-too-deep", (1, 65)),
        ('{"name": NaN}', "not-a-number", (1, 10)),
    ],
)
def test_a_text_that_is_no_json_is_refused_at_its_place(text: str, code: str, place: tuple[int, int]) -> None:
    """As for a key policy."""
    with pytest.raises(DocumentError) as caught:
        profile_from_json(text)

    assert (code, *place) in [(each.code, each.line, each.column) for each in caught.value.problems]


def test_a_byte_order_mark_is_no_problem() -> None:
    """Some editors write one."""
    assert profile_from_json(f"\ufeff{json.dumps(profile())}").name == "own"


TOML = """\
name = "own"
title = "A profile"
principal_kinds = ["role"]

[[requirements]]
actions = ["kms:Decrypt"]
context = { "kms:ViaService" = "s3.{key_region}.amazonaws.com", "aws:MultiFactorAuthAge" = 0.5 }
"""


def test_toml_says_the_same_as_json(tmp_path: Path) -> None:
    """A file whose name ends in .toml is TOML, every other is JSON."""
    data = requiring(context={"kms:ViaService": "s3.{key_region}.amazonaws.com", "aws:MultiFactorAuthAge": 0.5})
    as_toml, as_json = tmp_path / "own.TOML", tmp_path / "own"
    as_toml.write_text(TOML, encoding="utf-8")
    as_json.write_text(json.dumps({**data, "principal_kinds": ["role"]}), encoding="utf-8")

    assert RequirementProfile.load(as_toml) == RequirementProfile.load(str(as_json))


@pytest.mark.parametrize(
    ("text", "code", "pointer", "place"),
    [
        (f"{TOML}\nnotes = [", "not-toml", "", (9, 10)),
        ('name = "a"\ntitle = ?', "not-toml", "", (2, 9)),
        (TOML.replace("actions", "acts"), "unknown-member", "/requirements/0/acts", (None, None)),
        (TOML.replace("0.5", "nan"), "invalid-profile", "/requirements/0/context/aws:MultiFactorAuthAge", (None, None)),
        (
            TOML.replace("0.5", "2026-11-25"),
            "invalid-profile",
            "/requirements/0/context/aws:MultiFactorAuthAge",
            (None, None),
        ),
        (f"notes = {'1' * 5000}", "not-toml", "", (None, None)),
    ],
)
def test_toml_is_refused_with_the_line_or_the_pointer(
    text: str, code: str, pointer: str, place: tuple[int | None, int | None]
) -> None:
    """An error of syntax has its line and column, everything else its pointer."""
    with pytest.raises(DocumentError) as caught:
        profile_from_toml(text, "own.toml")

    assert (code, pointer, *place) in [
        (each.code, each.pointer, each.line, each.column) for each in caught.value.problems
    ]


def test_toml_of_a_great_depth_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the parser of this Python tells it: as an error of syntax, or by running out of stack."""
    with pytest.raises(DocumentError) as caught:
        profile_from_toml(f"notes = {'[' * 100_000}")
    assert caught.value.code in {"nested-too-deep", "not-toml"}

    def exhausted(text: str, **options: Any) -> Any:
        raise RecursionError

    monkeypatch.setattr("tomllib.loads", exhausted)
    with pytest.raises(DocumentError, match="nested-too-deep"):
        profile_from_toml("")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """With the name of the file, and where it is not UTF-8."""
    broken = tmp_path / "own.json"
    broken.write_bytes(b'{\n"name": "\xff"}')

    for path, code, line in (
        (tmp_path / "none.json", "file-not-found", None),
        (tmp_path, "is-a-directory", None),
        ("nul\0.json", "not-readable", None),
        (broken, "not-utf8", 2),
    ):
        with pytest.raises(DocumentError) as caught:
            RequirementProfile.load(path)
        assert (caught.value.code, caught.value.origin) == (code, str(path))
        assert caught.value.problems[0].line == line
