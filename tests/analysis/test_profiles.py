"""The profiles by name: shipped ones, and those that installed distributions offer."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from keypolicy import check, loads
from keypolicy.analysis import profiles as module
from keypolicy.analysis.profiles import Profiles
from keypolicy.errors import DocumentError, InputShapeError, UnknownNameError

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def own(name: str, **members: Any) -> str:
    return json.dumps({"name": name, "title": "own", "requirements": [{"actions": ["kms:Decrypt"]}], **members})


class Site:
    """A folder on the import path, into which distributions are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, distribution: str, value: str, **files: str) -> None:
        """A distribution that offers profiles; `files` are the contents of the files of its package by stem."""
        package = self.folder / value.partition(".")[0]
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        (package / "inner.py").touch()
        for stem, text in files.items():
            (package / f"{stem.replace('_', '-')}.json").write_text(text, encoding="utf-8")
        metadata = self.folder / f"{distribution}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8"
        )
        (metadata / "entry_points.txt").write_text(f"[keypolicy.profiles]\nown = {value}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Site(tmp_path)


@pytest.mark.parametrize("inner", ["", ".inner"])
def test_a_distribution_offers_the_profiles_of_a_package_or_beside_a_module(site: Site, inner: str) -> None:
    """They are listed after the shipped ones, and asked for by name."""
    package = f"offered_{'inner' if inner else 'package'}"
    site.install("offering", f"{package}{inner}", own_one=own("own-one"), own_two=own("own-two"))
    known = Profiles()

    assert list(known)[-2:] == ["own-one", "own-two"]
    assert len(known) == len(list(known))
    assert known["own-one"].title == "own"
    assert known["own-one"] is known["own-one"]
    assert "own-two" in known


@pytest.mark.parametrize("name", ["union", "other-one"])
def test_an_offered_name_must_be_free(site: Site, name: str) -> None:
    """A name of a shipped profile, or of another distribution's, is refused with the distribution."""
    site.install("alpha", "taken_alpha", other_one=own("other-one"))
    site.install("omega", f"taken_{'union' if name == 'union' else 'omega'}", **{name.replace("-", "_"): own(name)})

    with pytest.raises(InputShapeError, match=r"alpha|omega") as caught:
        list(Profiles())

    assert caught.value.code == "profile-name-taken"
    assert repr(name) in str(caught.value)
    assert ("keypolicy itself" in str(caught.value)) is (name == "union")


def test_offered_profiles_that_cannot_be_read_are_told_with_their_distribution(site: Site) -> None:
    """An import that fails, a file that is no profile, and a file of another name."""
    site.install("broken", "broken_files", no_profile="{}", other_name=own("another"))
    with pytest.raises(DocumentError) as caught:
        Profiles()["no-profile"]
    assert caught.value.origin == "broken: no-profile.json"
    with pytest.raises(InputShapeError, match=r"broken has the profile 'another' in the file other-name.json"):
        Profiles()["other-name"]

    site.install("missing", "missing_module.nowhere")
    with pytest.raises(InputShapeError, match=r"missing offers profiles through missing_module.nowhere") as unreadable:
        Profiles()["own"]
    assert unreadable.value.code == "profiles-not-readable"


def test_entry_points_are_looked_up_only_for_unknown_names_and_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shipped name never leads to one, so evaluation reads nothing but what the package ships."""
    asked: list[str] = []

    def looked_up(*, group: str) -> Any:
        asked.append(group)
        return entry_points(group="keypolicy.none")

    monkeypatch.setattr("importlib.metadata.entry_points", looked_up)
    known = Profiles()
    monkeypatch.setattr(module, "profiles", known)

    assert known["union"].name == "union"
    assert "repost-copy" in known
    check(loads({"Statement": []}, lenient=True), "444455556666", "slr-effective", key=KEY)
    assert asked == []
    with pytest.raises(UnknownNameError):
        known["xyzzy"]
    list(known)
    assert asked == ["keypolicy.profiles"]


def test_an_entry_point_without_distribution_is_named_by_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """importlib.metadata knows such ones."""
    from importlib.metadata import EntryPoint, EntryPoints

    lone = EntryPoints([EntryPoint("own", "nowhere_at_all", "keypolicy.profiles")])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: lone)

    with pytest.raises(InputShapeError, match="the distribution nowhere_at_all offers"):
        len(Profiles())


def test_a_name_that_resembles_none_leads_to_the_list() -> None:
    """The message does not list every profile."""
    with pytest.raises(UnknownNameError) as caught:
        Profiles()["zzz"]

    assert str(caught.value) == "there is no profile 'zzz'; `keypolicy profiles` lists them all"
