"""What somebody needs: requirement profiles, as values (S-391)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import Any, Final, NamedTuple

from keypolicy.analysis.context_template import ContextTemplate, UnstatedKey
from keypolicy.analysis.principal_kinds import covers, kind_word
from keypolicy.analysis.resolved_profile import ResolvedProfile, ResolvedRequirement
from keypolicy.catalogue.actions import action_named
from keypolicy.document.key import KeyMetadata
from keypolicy.errors import InputShapeError
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal

__all__ = ["ProfileNote", "Requirement", "RequirementProfile"]

#: For how many pairs of principal and key a profile with placeholders keeps its contexts.
_REMEMBERED: Final = 256

#: The length of two ARNs over which contexts are worked out anew each time, so that memory stays flat.
_LONGEST_REMEMBERED: Final = 4096


class ProfileNote(NamedTuple):
    """A remark on how a profile fits the principal that was asked about; never a reason of an outcome."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """Actions that must be held under the same context: that in which they are called.

    A ContextTemplate is resolved when the question is asked; a RequestContext is taken as it is.
    """

    actions: tuple[str, ...]
    context: RequestContext | ContextTemplate = field(default_factory=RequestContext)
    purpose: str = ""
    bits: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the actions as the catalogue spells them; UnknownNameError for one that KMS does not have (S-114)."""
        known = [action_named(action) for action in self.actions]
        object.__setattr__(self, "actions", tuple(action.name for action in known))
        object.__setattr__(self, "bits", reduce(or_, (action.mask for action in known), 0))


@dataclass(frozen=True)
class RequirementProfile:
    """A named and cited list of requirements; `key` and `principal` say in words on which key, and for whom.

    `principal_kinds` says the latter for programs: words such as `account` or `service-linked role`,
    and names of service principals, in which `{key_region}` may stand for the key's Region. A profile
    without them is for every kind of principal.
    """

    name: str
    title: str
    requirements: tuple[Requirement, ...]
    key: str = ""
    principal: str = ""
    principal_kinds: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> RequirementProfile:
        """The profile in a JSON file, or in a TOML file where the name ends in `.toml`.

        Raises DocumentError with every problem of the file: its pointer, and its line and column
        where the file is JSON or the text is no TOML.
        """
        from keypolicy.analysis.profile_files import load_profile

        return load_profile(path)

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> RequirementProfile:
        """The profile that the object of a profile file describes.

        Raises InputShapeError for anything that is not of the form of a profile, UnknownNameError
        where all that is wrong with it is an action that KMS does not have.
        """
        from keypolicy.analysis.profile_files import profile_from_mapping

        return profile_from_mapping(data)

    def __post_init__(self) -> None:
        """Refuse a profile that requires nothing, which would hold for everybody, or an action twice."""
        if not self.actions:
            raise InputShapeError(f"the profile {self.name!r} has no requirements", code="invalid-profile")
        seen: set[str] = set()
        for requirement in self.requirements:
            for action in requirement.actions:
                if action in seen:
                    message = f"the profile {self.name!r} requires {action} twice; a profile asks about an action once"
                    raise InputShapeError(message, code="invalid-profile")
                seen.add(action)

    def __getstate__(self) -> dict[str, Any]:
        """What tells profiles apart, without what was worked out for questions."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """Every required action, in order."""
        return tuple(dict.fromkeys(action for requirement in self.requirements for action in requirement.actions))

    def resolved(self, principal: Principal, key: KeyMetadata) -> ResolvedProfile:
        """The requirements with the contexts of this question."""
        if self._fixed:
            return self._fixed
        if len(key.arn) + len(str(principal)) > _LONGEST_REMEMBERED:
            return _resolved(self.requirements, principal, key)
        return self._resolve(principal, key)

    def notes_on(self, principal: Principal, key: KeyMetadata) -> tuple[ProfileNote, ...]:
        """How the profile fits the principal: not at all, or with condition keys that could not be stated for it."""
        if self._fixed and not self.principal_kinds:
            return ()
        notes = [
            ProfileNote("context-not-stated", f"the profile states {each.name}, but {each.reason}; it was not stated")
            for each in self.resolved(principal, key).unstated
        ]
        if not covers(self.principal_kinds, principal, key):
            kinds = ", ".join(self.principal_kinds)
            message = f"the profile is for {kinds}; the question was about {principal}, kind {kind_word(principal)}"
            notes.insert(0, ProfileNote("other-principal-kind", message))
        return tuple(notes)

    @cached_property
    def _fixed(self) -> ResolvedProfile | None:
        """The one resolved profile of all questions, None where a context depends on the question."""
        found = []
        for requirement in self.requirements:
            if isinstance(requirement.context, ContextTemplate):
                return None
            found.append(ResolvedRequirement(requirement, requirement.context))
        return ResolvedProfile(tuple(found))

    @cached_property
    def _resolve(self) -> Callable[[Principal, KeyMetadata], ResolvedProfile]:
        return lru_cache(_REMEMBERED)(lambda principal, key: _resolved(self.requirements, principal, key))


def _resolved(requirements: tuple[Requirement, ...], principal: Principal, key: KeyMetadata) -> ResolvedProfile:
    asked: list[ResolvedRequirement] = []
    unstated: dict[UnstatedKey, None] = {}
    for requirement in requirements:
        context = requirement.context
        if isinstance(context, ContextTemplate):
            context, missing = context.resolve(principal, key)
            unstated |= dict.fromkeys(missing)
        asked.append(ResolvedRequirement(requirement, context))
    return ResolvedProfile(tuple(asked), tuple(unstated))
