"""Who asks: the principal of a request, as a value (S-050 to S-052)."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field, replace

from keypolicy.errors import ArnError, PrincipalError
from keypolicy.matching.arn import Arn

__all__ = ["MatchKind", "Principal", "PrincipalKind"]

ACCOUNT_ID_LENGTH = 12
ACCOUNT_ID = re.compile(r"[0-9]{12}", re.ASCII)
UNIQUE_ID = re.compile(r"(?:AIDA|AROA|AGPA|AIPA|ANPA|ASIA|AKIA)[A-Z0-9]{12,124}", re.ASCII)
_SERVICE_NAME = re.compile(
    r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|[a-z0-9.-]+\.gov|internal|aws)"
)
_SERVICE_LINKED_PATH = "aws-service-role/"


class PrincipalKind(enum.Enum):
    """What kind of caller asks; ACCOUNT is the question what the key policy delegates to an account (S-052)."""

    ACCOUNT = "account"
    ROOT_USER = "root user"
    USER = "user"
    ROLE = "role"
    ROLE_SESSION = "role session"
    FEDERATED_USER = "federated user"
    SERVICE = "service"
    ANONYMOUS = "anonymous"

    __hash__ = object.__hash__  # that of Enum is a call into Python code


class MatchKind(enum.Enum):
    """By what a Principal element covers a caller; decides what else is needed (S-070, S-077)."""

    ACCOUNT = "account"
    USER = "user"
    ROLE = "role"
    SESSION = "session"
    PARENT = "user of a federated session"
    EVERYONE = "everyone"
    SERVICE = "service"

    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Principal:
    """One caller, or an account as a whole; make one with `parse` or the constructor named for its kind.

    `arn` is the caller's own ARN; `role_arn` the ARN of a session's role where its path is known;
    `user_arn` the federating user of a federated session where known. `partition` is None where the
    principal takes the partition of the key. `permissions_boundary` says whether one is attached,
    None where that is not known (S-088).
    """

    kind: PrincipalKind
    account_id: str | None = None
    partition: str | None = None
    arn: str | None = None
    name: str | None = None
    role_arn: str | None = None
    user_arn: str | None = None
    unique_id: str | None = None
    permissions_boundary: bool | None = None
    certain_probes: tuple[tuple[str, MatchKind], ...] = field(default=(), repr=False, compare=False)
    doubtful_probes: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        from keypolicy.matching.principal_elements import certain_probes, doubtful_probes

        object.__setattr__(self, "certain_probes", certain_probes(self))
        object.__setattr__(self, "doubtful_probes", doubtful_probes(self))

    @classmethod
    def parse(cls, text: str) -> Principal:
        """The principal that a 12-digit account id, an ARN or a service principal name stands for.

        The account id and the ARN ending in `:root` both mean the account, not its root user.
        Raises PrincipalError with a stable code for anything else.
        """
        if text.isdigit() or text.replace("-", "").isdigit():
            return cls.account(text)
        if text == "anonymous":
            return cls.anonymous()
        if text.startswith("arn:"):
            return _from_arn(text)
        if _SERVICE_NAME.fullmatch(text):
            return cls.service(text)
        if UNIQUE_ID.fullmatch(text):
            message = f"{text} is a unique id, which a policy shows for a deleted principal; give the ARN of a live one"
            raise PrincipalError(message, code="unique-id-as-principal")
        message = (
            f"{text!r} is no principal: expected a 12-digit account id, the ARN of an account root, user, role "
            "or session, a service principal such as backup.amazonaws.com, or anonymous"
        )
        raise PrincipalError(message, code="invalid-principal")

    @classmethod
    def account(cls, account: str, *, partition: str | None = None) -> Principal:
        """The account as a whole: what the key policy delegates to it."""
        return cls(PrincipalKind.ACCOUNT, account_id=_account_id(account), partition=partition)

    @classmethod
    def root_user(cls, account: str, *, partition: str = "aws") -> Principal:
        """The root user of an account."""
        arn = f"arn:{partition}:iam::{_account_id(account)}:root"
        return cls(PrincipalKind.ROOT_USER, account_id=account, partition=partition, arn=arn)

    @classmethod
    def user(cls, arn: str) -> Principal:
        """The IAM user with this ARN, calling with long-term or session credentials."""
        return _simple(PrincipalKind.USER, _parsed(arn, "iam", "user/"), arn)

    @classmethod
    def role(cls, arn: str) -> Principal:
        """Any session of the role with this ARN (S-051)."""
        return _simple(PrincipalKind.ROLE, _parsed(arn, "iam", "role/"), arn, role_arn=arn)

    @classmethod
    def anonymous(cls) -> Principal:
        """A caller without credentials."""
        return cls(PrincipalKind.ANONYMOUS)

    @classmethod
    def service(cls, name: str) -> Principal:
        """An AWS service calling with its own service principal, such as `logs.eu-west-1.amazonaws.com`."""
        if not _SERVICE_NAME.fullmatch(name):
            raise PrincipalError(f"{name!r} is no service principal name", code="invalid-service-principal")
        return cls(PrincipalKind.SERVICE, name=name)

    @classmethod
    def role_session(cls, role: str, session: str) -> Principal:
        """One session of the role whose ARN, path included, is given."""
        parent = _parsed(role, "iam", "role/")
        name = parent.resource.rpartition("/")[2]
        if not session or "/" in session or "*" in session:
            raise PrincipalError(f"{session!r} is no role session name", code="invalid-session-name")
        arn = f"arn:{parent.partition}:sts::{parent.account}:assumed-role/{name}/{session}"
        return cls(
            PrincipalKind.ROLE_SESSION,
            account_id=parent.account,
            partition=parent.partition,
            arn=arn,
            name=name,
            role_arn=role,
        )

    @classmethod
    def federated_user(cls, arn: str, *, user: str | None = None) -> Principal:
        """A federated user session, with the ARN of the IAM user who federated it where known."""
        parsed = _parsed(arn, "sts", "federated-user/")
        if user is not None and _parsed(user, "iam", "user/").account != parsed.account:
            raise PrincipalError(f"{user} is not in the account of {arn}", code="invalid-principal")
        return cls(
            PrincipalKind.FEDERATED_USER, account_id=parsed.account, partition=parsed.partition, arn=arn, user_arn=user
        )

    @classmethod
    def service_linked_role(
        cls, account: str, service: str, *, name: str | None = None, partition: str = "aws"
    ) -> Principal:
        """The service-linked role of a service in an account; its name comes from the catalogue where not given.

        Raises UnknownNameError where the catalogue knows no role of the service.
        """
        if name is None:
            from keypolicy.catalogue.services import service_linked_role_name

            name = service_linked_role_name(service)
        return cls.parse(f"arn:{partition}:iam::{_account_id(account)}:role/{_SERVICE_LINKED_PATH}{service}/{name}")

    @property
    def is_service_linked(self) -> bool | None:
        """Whether the caller is a service-linked role; None for a session whose role's path is not known (S-084)."""
        if self.kind is PrincipalKind.ROLE_SESSION and self.role_arn is None:
            return None
        return self.role_arn is not None and f":role/{_SERVICE_LINKED_PATH}" in self.role_arn

    def evolve(self, *, unique_id: str | None = None, permissions_boundary: bool | None = None) -> Principal:
        """The same principal with its unique id, or with whether a permissions boundary is attached to it."""
        return replace(
            self,
            unique_id=unique_id or self.unique_id,
            permissions_boundary=self.permissions_boundary if permissions_boundary is None else permissions_boundary,
            certain_probes=(),
            doubtful_probes=(),
        )

    def __str__(self) -> str:
        return self.arn or self.account_id or self.name or self.kind.value


def _account_id(text: str) -> str:
    if not ACCOUNT_ID.fullmatch(text):
        found = f"found {len(text)} characters" if len(text) != ACCOUNT_ID_LENGTH else "each of them 0 to 9"
        message = f"{text!r} is not an account id: expected 12 digits, {found}"
        raise PrincipalError(message, code="invalid-account-id")
    return text


def _arn(text: str) -> Arn:
    try:
        return Arn.parse(text)
    except ArnError as error:
        raise PrincipalError(error.message, code=error.code) from error


def _parsed(text: str, service: str, prefix: str) -> Arn:
    return _checked(_arn(text), text, service, prefix)


def _checked(arn: Arn, text: str, service: str, prefix: str) -> Arn:
    """The ARN, which the text is, if it names one caller of the kind that the prefix says."""
    rest = arn.resource.removeprefix(prefix)
    if arn.service != service or arn.region or not arn.resource.startswith(prefix) or not rest or rest.endswith("/"):
        message = f"{text!r} is not of the form arn:PARTITION:{service}::ACCOUNT:{prefix}NAME"
        raise PrincipalError(message, code="invalid-principal")
    if "*" in text or "?" in text:
        message = f"{text!r} has a wildcard; a principal is one caller, so name it in full"
        raise PrincipalError(message, code="wildcard-in-principal")
    _account_id(arn.account)
    return arn


def _from_arn(text: str) -> Principal:
    arn = _arn(text)
    kind = arn.resource.partition("/")[0]
    if (arn.service, kind) == ("iam", "root"):
        _parsed(f"{text}/x", "iam", "root/")
        return Principal.account(arn.account, partition=arn.partition)
    if (arn.service, kind) == ("iam", "user"):
        return _simple(PrincipalKind.USER, _checked(arn, text, "iam", "user/"), text)
    if (arn.service, kind) == ("iam", "role"):
        return _simple(PrincipalKind.ROLE, _checked(arn, text, "iam", "role/"), text, role_arn=text)
    if (arn.service, kind) == ("sts", "federated-user"):
        return Principal.federated_user(text)
    if (arn.service, kind) == ("sts", "assumed-role"):
        session = _checked(arn, text, "sts", "assumed-role/")
        _, role, name, *rest = (*session.resource.split("/"), "")
        if not name or rest != [""]:
            message = f"{text!r} names no session: expected arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION"
            raise PrincipalError(message, code="invalid-session-name")
        return Principal(
            PrincipalKind.ROLE_SESSION, account_id=session.account, partition=session.partition, arn=text, name=role
        )
    message = f"{text!r} is the ARN of nothing that can be a principal: groups and instance profiles never are"
    raise PrincipalError(message, code="invalid-principal")


def _simple(kind: PrincipalKind, arn: Arn, text: str, *, role_arn: str | None = None) -> Principal:
    name = arn.resource.rpartition("/")[2]
    return Principal(kind, account_id=arn.account, partition=arn.partition, arn=text, name=name, role_arn=role_arn)
