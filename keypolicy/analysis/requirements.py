"""What somebody needs: requirement profiles, as data with their sources (S-391)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, reduce
from importlib.resources import files
from operator import or_
from typing import Any

from keypolicy.catalogue.actions import action_named
from keypolicy.catalogue.context_keys import context_key
from keypolicy.errors import InputShapeError, UnknownNameError
from keypolicy.matching.context import RequestContext

__all__ = ["DEFAULT_PROFILE", "Profiles", "Requirement", "RequirementProfile", "profiles"]

DEFAULT_PROFILE = "union"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Actions that must be held under the same stated context: that in which they are called."""

    actions: tuple[str, ...]
    context: RequestContext = field(default_factory=RequestContext)
    purpose: str = ""
    bits: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep the actions as the catalogue spells them; UnknownNameError for one that KMS does not have (S-114)."""
        known = [action_named(action) for action in self.actions]
        object.__setattr__(self, "actions", tuple(action.name for action in known))
        object.__setattr__(self, "bits", reduce(or_, (action.mask for action in known), 0))


@dataclass(frozen=True)
class RequirementProfile:
    """A named and cited list of requirements; `key` and `principal` say in words on which key, and for whom."""

    name: str
    title: str
    requirements: tuple[Requirement, ...]
    key: str = ""
    principal: str = ""
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> RequirementProfile:
        """The profile that the JSON object of a profile file describes.

        Raises InputShapeError for a member that is missing or not of its type, UnknownNameError for
        an action that KMS does not have.
        """
        try:
            requirements = tuple(
                Requirement(
                    tuple(item["actions"]), RequestContext(item.get("context", {})), str(item.get("purpose", ""))
                )
                for item in data["requirements"]
            )
            return cls(
                str(data["name"]),
                str(data["title"]),
                requirements,
                key=str(data.get("key", "")),
                principal=str(data.get("principal", "")),
                rules=tuple(data.get("rules", ())),
                sources=tuple(data.get("sources", ())),
                notes=tuple(data.get("notes", ())),
            )
        except (KeyError, TypeError, AttributeError) as error:
            if isinstance(error, UnknownNameError):
                raise
            raise InputShapeError(f"not a requirement profile: {error!r}", code="invalid-profile") from error

    def __post_init__(self) -> None:
        """Refuse a profile that requires nothing: it would hold for everybody."""
        if not self.requirements:
            raise InputShapeError(f"the profile {self.name!r} has no requirements", code="invalid-profile")

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """Every required action, in order, once."""
        return tuple(dict.fromkeys(action for requirement in self.requirements for action in requirement.actions))

    @cached_property
    def contexts(self) -> tuple[tuple[RequestContext, tuple[Requirement, ...]], ...]:
        """The requirements, put together where one context serves them all.

        It does where what one states is stated alike by the other, or is a key that the other's
        actions do not carry, so that there it is absent whatever is stated (S-149).
        """
        groups: list[tuple[RequestContext, tuple[Requirement, ...]]] = []
        for requirement in self.requirements:
            for place, (context, others) in enumerate(groups):
                bits = reduce(or_, (other.bits for other in others))
                if _serves(context, requirement.context, requirement.bits) and _serves(
                    requirement.context, context, bits
                ):
                    groups[place] = (context.overridden_by(requirement.context), (*others, requirement))
                    break
            else:
                groups.append((requirement.context, (requirement,)))
        return tuple(groups)


def _serves(context: RequestContext, instead_of: RequestContext, bits: int) -> bool:
    """Whether the actions with these bits are asked the same under `context` as under the other."""
    if context.is_closed != instead_of.is_closed:
        return False
    for folded_key, state in context.states.items():
        known = context_key(folded_key)
        if instead_of.state_of(folded_key) != state and (known is None or known.carried_by & bits):
            return False
    return True


class Profiles(Mapping[str, RequirementProfile]):
    """The shipped profiles by name; each is read when first asked for."""

    def __init__(self) -> None:
        self._read: dict[str, RequirementProfile] = {}

    @cached_property
    def _files(self) -> dict[str, Any]:
        folder = files("keypolicy.analysis") / "profiles"
        found = {file.name.removesuffix(".json"): file for file in folder.iterdir() if file.name.endswith(".json")}
        return dict(sorted(found.items()))

    def __getitem__(self, name: str) -> RequirementProfile:
        """The profile of this name; raises UnknownNameError, a KeyError, with the nearest names."""
        profile = self._read.get(name)
        if profile is None:
            file = self._files.get(name)
            if file is None:
                raise _unknown_profile(name, tuple(self._files))
            profile = self._read[name] = RequirementProfile.from_mapping(json.loads(file.read_text("utf-8")))
        return profile

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _unknown_profile(name: str, known: tuple[str, ...]) -> UnknownNameError:
    near = tuple(get_close_matches(name, known, n=3, cutoff=0.4))
    message = f"there is no profile {name!r}; the profiles are {', '.join(known)}"
    return UnknownNameError(message, code="unknown-profile", name=name, suggestions=near)


profiles = Profiles()
