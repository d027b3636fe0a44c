"""The profiles by name: those that are shipped, and those that installed distributions offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from keypolicy.analysis.profile_files import profile_from_json
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.errors import InputShapeError, UnknownNameError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

__all__ = ["DEFAULT_PROFILE", "ENTRY_POINT_GROUP", "Profiles", "profiles"]

DEFAULT_PROFILE: Final = "union"
ENTRY_POINT_GROUP: Final = "keypolicy.profiles"
_SUFFIX: Final = ".json"


class Profiles(Mapping[str, RequirementProfile]):
    """The profiles by name; each is read when first asked for.

    Distributions offer profiles through the entry-point group `keypolicy.profiles`. They are looked
    up when an unknown name is asked for, or when the profiles are listed, and never before.
    """

    def __init__(self) -> None:
        self._read: dict[str, RequirementProfile] = {}

    @cached_property
    def _shipped(self) -> dict[str, Traversable]:
        return dict(sorted(_profile_files(files("keypolicy.analysis") / "profiles")))

    @cached_property
    def _offered(self) -> dict[str, tuple[str, Traversable]]:
        """Each offered profile's file by name, with the distribution that offers it."""
        from importlib.metadata import entry_points

        offered: dict[str, tuple[str, Traversable]] = {}
        for entry_point in entry_points(group=ENTRY_POINT_GROUP):
            distribution = entry_point.dist.name if entry_point.dist is not None else entry_point.value
            for name, file in _profile_files(_folder_of(entry_point, distribution)):
                owner = "keypolicy itself" if name in self._shipped else offered.get(name, ("",))[0]
                if owner:
                    message = f"the distribution {distribution} offers the profile {name!r}, a name of {owner}"
                    raise InputShapeError(message, code="profile-name-taken")
                offered[name] = distribution, file
        return dict(sorted(offered.items()))

    def __getitem__(self, name: str) -> RequirementProfile:
        """The profile of this name; raises UnknownNameError, a KeyError, with the nearest names.

        Where a distribution offers profiles that cannot be read, raises InputShapeError, and
        DocumentError for a file of it that is no profile.
        """
        profile = self._read.get(name)
        if profile is None:
            profile = self._read[name] = self._profile(name)
        return profile

    def _profile(self, name: str) -> RequirementProfile:
        shipped = self._shipped.get(name)
        if shipped is not None:
            return profile_from_json(shipped.read_text("utf-8"), f"keypolicy: {shipped.name}")
        if name not in self._offered:
            raise _unknown_profile(name, tuple(self))
        distribution, file = self._offered[name]
        profile = profile_from_json(file.read_text("utf-8"), f"{distribution}: {file.name}")
        if profile.name != name:
            message = f"the distribution {distribution} has the profile {profile.name!r} in the file {file.name}"
            raise InputShapeError(f"{message}; the two names are the same", code="invalid-profile")
        return profile

    def __iter__(self) -> Iterator[str]:
        yield from self._shipped
        yield from self._offered

    def __len__(self) -> int:
        return len(self._shipped) + len(self._offered)


def _profile_files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    """The profile files of a folder by the name of the profile."""
    for file in folder.iterdir():
        if file.name.endswith(_SUFFIX):
            yield file.name.removesuffix(_SUFFIX), file


def _folder_of(entry_point: EntryPoint, distribution: str) -> Traversable:
    """The folder of the package that the entry point names, or of the package that holds the named module."""
    try:
        module = entry_point.load()
        package = module.__name__ if hasattr(module, "__path__") else module.__name__.rpartition(".")[0]
        return files(package)
    except Exception as error:
        message = f"the distribution {distribution} offers profiles through {entry_point.value}, which cannot be read"
        raise InputShapeError(f"{message}: {error!r}", code="profiles-not-readable") from error


def _unknown_profile(name: str, known: tuple[str, ...]) -> UnknownNameError:
    near = tuple(get_close_matches(name, known, n=3, cutoff=0.4))
    meant = f"near it: {', '.join(near)}" if near else "`keypolicy profiles` lists them all"
    return UnknownNameError(
        f"there is no profile {name!r}; {meant}", code="unknown-profile", name=name, suggestions=near
    )


profiles = Profiles()
