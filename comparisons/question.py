"""One fully stated question, in the form that this library and every peer can be asked it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keypolicy import Principal

__all__ = ["ACCOUNT", "KEY_ARN", "REGION", "Caller", "Question", "folded_context"]

ACCOUNT: Final = "111111111111"
REGION: Final = "us-east-1"
KEY_ARN: Final = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

Context = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: one concrete request of one principal, by the names of AWS's kinds (S-050).

    `arn` is the ARN with which the request is signed, None for a service and for nobody; `parent` the ARN of a
    session's role, or of a federated user's user where there is one. `name` is a service principal's.
    """

    kind: str
    account: str | None = None
    arn: str | None = None
    parent: str | None = None
    name: str | None = None

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a role, or a session of a role, that belongs to a service."""
        return ":role/aws-service-role/" in (self.parent or self.arn or "")

    def principal(self) -> Principal:
        """The caller as this library knows it; it has no permissions boundary, as no peer is told of one."""
        return self._principal().evolve(permissions_boundary=False)

    def _principal(self) -> Principal:
        if self.kind == "anonymous":
            return Principal.anonymous()
        if self.kind == "service":
            return Principal.service(str(self.name))
        if self.kind == "root user":
            return Principal.root_user(str(self.account))
        if self.kind == "role session":
            return Principal.role_session(str(self.parent), str(self.arn).rpartition("/")[2])
        if self.kind == "federated user":
            return Principal.federated_user(str(self.arn), user=self.parent)
        return Principal.parse(str(self.arn))

    def derived(self) -> dict[str, str | list[str]]:
        """The condition keys that every request of the caller to the key carries (S-220, S-222, S-236).

        Written here a second time on purpose: this library works them out by itself, the peers are told them.
        """
        about_key = {
            "aws:ResourceAccount": ACCOUNT,
            "aws:RequestedRegion": REGION,
            "kms:MultiRegion": "false",
            "aws:PrincipalIsAWSService": "true" if self.kind == "service" else "false",
        }
        if self.kind == "service":
            return {**about_key, "aws:PrincipalServiceName": str(self.name)}
        if self.kind == "anonymous":
            return {**about_key, "aws:PrincipalAccount": "anonymous", "aws:PrincipalType": "Anonymous"}
        types = {"user": "User", "root user": "Account", "federated user": "FederatedUser"}
        found = {
            **about_key,
            "aws:PrincipalArn": str(self.parent if self.kind == "role session" else self.arn),
            "aws:PrincipalAccount": str(self.account),
            "aws:PrincipalType": types.get(self.kind, "AssumedRole"),
            "kms:CallerAccount": str(self.account),
        }
        if self.kind == "user":
            found["aws:username"] = str(self.arn).rpartition("/")[2]
        if self.is_service_linked:
            found["aws:ViaAWSService"] = "false"
        return dict(found)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether this caller may perform this action on the key, whose policy is `document`, with nothing left unknown.

    `context` has the condition keys that neither the caller nor the key settles; every key that is in neither is
    absent. Its values are texts, and lists of texts for keys of several values.
    """

    document: dict[str, Any]
    caller: Caller
    action: str
    context: dict[str, str | list[str]]

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements of the document."""
        return list(self.document["Statement"])

    def full_context(self) -> dict[str, str | list[str]]:
        """All condition keys that the request carries, whether the caller settles them or not."""
        return {**self.caller.derived(), **self.context}

    def to_json(self) -> dict[str, Any]:
        """The question as one JSON object, for a reader."""
        caller = {name: getattr(self.caller, name) for name in ("kind", "account", "arn", "parent", "name")}
        return {
            "caller": {name: value for name, value in caller.items() if value is not None},
            "action": self.action,
            "context": self.context,
            "policy": self.document,
        }


def folded_context(question: Question) -> dict[str, str | list[str]]:
    """The full context with its keys in lower case, as condition keys compare (S-147)."""
    return {name.lower(): value for name, value in question.full_context().items()}
