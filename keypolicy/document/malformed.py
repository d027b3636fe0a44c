"""What is kept of a document that KMS would refuse, so that nothing in it is dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from keypolicy.document.scalars import FrozenObject, thaw

if TYPE_CHECKING:
    from keypolicy.document.model import ConditionElement, PrincipalElement
    from keypolicy.document.scalars import Effect
    from keypolicy.errors import Problem

__all__ = ["AsFound", "MalformedStatement"]


@dataclass(frozen=True, slots=True)
class AsFound:
    """A broken document: its whole value, frozen, and what is wrong with it.

    Two are equal if the documents are: the problems of a text have places, those of a mapping have none.
    """

    value: FrozenObject[str, Any]
    problems: tuple[Problem, ...] = field(compare=False)
    doubtful: bool


@dataclass(frozen=True, slots=True)
class MalformedStatement:
    """A statement that breaks the grammar, kept as found.

    `raw` is its JSON value, frozen. `readable` names (as JSON spells them) the elements that occur once and are well
    formed; the attributes give these with the same types as those of Statement, and None for every other element.
    """

    raw: Any
    readable: frozenset[str] = frozenset()

    def _element(self, name: str) -> Any:
        return self.raw[name] if name in self.readable else None

    @property
    def sid(self) -> str | None:
        """The Sid, if readable."""
        return cast("str | None", self._element("Sid"))

    @property
    def effect(self) -> Effect | None:
        """The effect, if readable."""
        return cast("Effect | None", self._element("Effect"))

    @property
    def principal(self) -> PrincipalElement | None:
        """The principal element, if readable."""
        return cast("PrincipalElement | None", self._element("Principal"))

    @property
    def not_principal(self) -> PrincipalElement | None:
        """The NotPrincipal element, if readable."""
        return cast("PrincipalElement | None", self._element("NotPrincipal"))

    @property
    def action(self) -> str | tuple[str, ...] | None:
        """The action or actions, if readable."""
        return cast("str | tuple[str, ...] | None", self._element("Action"))

    @property
    def not_action(self) -> str | tuple[str, ...] | None:
        """The excepted action or actions, if readable."""
        return cast("str | tuple[str, ...] | None", self._element("NotAction"))

    @property
    def resource(self) -> str | tuple[str, ...] | None:
        """The resource or resources, if readable."""
        return cast("str | tuple[str, ...] | None", self._element("Resource"))

    @property
    def not_resource(self) -> str | tuple[str, ...] | None:
        """The excepted resource or resources, if readable."""
        return cast("str | tuple[str, ...] | None", self._element("NotResource"))

    @property
    def condition(self) -> ConditionElement | None:
        """The condition block, if readable."""
        return cast("ConditionElement | None", self._element("Condition"))

    def to_json_value(self) -> Any:
        """The statement as the plain JSON value that was found."""
        return thaw(self.raw)
