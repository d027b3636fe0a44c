"""Who asks: parsing, constructors and what they refuse."""

from __future__ import annotations

import pickle

import pytest

from keypolicy import KeyPolicyError, Principal
from keypolicy.errors import PrincipalError, UnknownNameError
from keypolicy.matching.principals import PrincipalKind

ROLE = "arn:aws:iam::222222222222:role/app/Reader"
SESSION = "arn:aws:sts::222222222222:assumed-role/Reader/alice"


@pytest.mark.parametrize(
    ("text", "kind", "account"),
    [
        ("222222222222", PrincipalKind.ACCOUNT, "222222222222"),
        ("arn:aws:iam::222222222222:root", PrincipalKind.ACCOUNT, "222222222222"),
        ("arn:aws-cn:iam::222222222222:user/path/Bob", PrincipalKind.USER, "222222222222"),
        (ROLE, PrincipalKind.ROLE, "222222222222"),
        (SESSION, PrincipalKind.ROLE_SESSION, "222222222222"),
        ("arn:aws:sts::222222222222:federated-user/Bob", PrincipalKind.FEDERATED_USER, "222222222222"),
        ("backup.amazonaws.com", PrincipalKind.SERVICE, None),
        ("logs.eu-west-1.amazonaws.com", PrincipalKind.SERVICE, None),
        ("anonymous", PrincipalKind.ANONYMOUS, None),
    ],
)
def test_parse_tells_the_kind(text: str, kind: PrincipalKind, account: str | None) -> None:
    """Each form of text stands for one kind of principal."""
    principal = Principal.parse(text)

    assert (principal.kind, principal.account_id) == (kind, account)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234", "invalid-account-id"),
        ("1111-2222-3333", "invalid-account-id"),
        ("٢٢٢٢٢٢٢٢٢٢٢٢", "invalid-account-id"),
        ("AROAEXAMPLEEXAMPLE123", "unique-id-as-principal"),
        ("*", "invalid-principal"),
        ("", "invalid-principal"),
        ("Bob", "invalid-principal"),
        ("arn:aws:iam", "not-an-arn"),
        ("arn:aws:iam::2222:role/R", "invalid-account-id"),
        ("arn:aws:iam::2222:root", "invalid-account-id"),
        ("arn:aws:iam::222222222222:group/G", "invalid-principal"),
        ("arn:aws:iam::222222222222:role/", "invalid-principal"),
        ("arn:aws:iam:eu-west-1:222222222222:role/R", "invalid-principal"),
        ("arn:aws:iam::222222222222:role/*", "wildcard-in-principal"),
        ("arn:aws:sts::222222222222:assumed-role/Reader", "invalid-session-name"),
        ("arn:aws:sts::222222222222:assumed-role/Reader/a/b", "invalid-session-name"),
        ("arn:aws:s3:::bucket", "invalid-principal"),
    ],
)
def test_parse_refuses_what_is_no_principal(text: str, code: str) -> None:
    """Every refusal has its own stable code."""
    with pytest.raises(PrincipalError) as caught:
        Principal.parse(text)

    assert caught.value.code == code


def test_role_session_has_the_arn_of_its_session_and_of_its_role() -> None:
    """The session's own ARN carries no path, the role's does."""
    session = Principal.role_session(ROLE, "alice")

    assert (session.arn, session.role_arn) == (SESSION, ROLE)
    assert str(session) == SESSION


@pytest.mark.parametrize("name", ["", "a/b", "a*"])
def test_role_session_refuses_odd_names(name: str) -> None:
    """A session has one plain name."""
    with pytest.raises(PrincipalError):
        Principal.role_session(ROLE, name)


def test_role_session_needs_the_arn_of_a_role() -> None:
    """Neither a user nor a text that is no ARN is a role."""
    for text in ("arn:aws:iam::222222222222:user/Bob", "Reader"):
        with pytest.raises(PrincipalError):
            Principal.role_session(text, "alice")


def test_federated_user_is_of_the_account_of_its_user() -> None:
    """A federating user of another account is refused."""
    arn = "arn:aws:sts::222222222222:federated-user/Bob"

    assert Principal.federated_user(arn, user="arn:aws:iam::222222222222:user/U").user_arn is not None
    with pytest.raises(PrincipalError):
        Principal.federated_user(arn, user="arn:aws:iam::333333333333:user/U")


def test_service_refuses_a_name_that_is_no_service_principal() -> None:
    """Service principals are lower-case names of AWS services."""
    with pytest.raises(PrincipalError) as caught:
        Principal.service("Backup")

    assert caught.value.code == "invalid-service-principal"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (Principal.service_linked_role("222222222222", "backup.amazonaws.com"), True),
        (Principal.service_linked_role("222222222222", "x.amazonaws.com", name="AWSServiceRoleForX"), True),
        (Principal.parse(ROLE), False),
        (Principal.parse(SESSION), None),
        (Principal.role_session(ROLE, "alice"), False),
        (Principal.account("222222222222"), False),
    ],
)
def test_service_linked_roles_are_known_by_their_path_only(principal: Principal, expected: bool | None) -> None:
    """A session ARN has no path, so whether it is one of a service-linked role is not known (S-084)."""
    assert principal.is_service_linked is expected


def test_service_linked_role_of_backup_has_the_documented_arn() -> None:
    """Its name comes from the catalogue."""
    role = Principal.service_linked_role("444455556666", "backup.amazonaws.com")

    assert str(role) == "arn:aws:iam::444455556666:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"


def test_service_linked_role_of_an_unknown_service_is_refused() -> None:
    """The catalogue tells the nearest names."""
    with pytest.raises(UnknownNameError):
        Principal.service_linked_role("222222222222", "backups.amazonaws.com")


def test_evolve_keeps_what_is_not_given() -> None:
    """A unique id and a boundary are added one by one, and compare."""
    role = Principal.parse(ROLE)
    evolved = role.evolve(unique_id="AROAEXAMPLEEXAMPLE123").evolve(permissions_boundary=True)

    assert (evolved.unique_id, evolved.permissions_boundary) == ("AROAEXAMPLEEXAMPLE123", True)
    assert evolved.evolve() == evolved != role


def test_principals_are_values() -> None:
    """They hash, pickle and compare by what they say."""
    role = Principal.parse(ROLE)

    assert pickle.loads(pickle.dumps(role)) == role == Principal.role(ROLE)
    assert len({role, Principal.role(ROLE)}) == 1
    assert str(Principal.anonymous()) == "anonymous"
    assert issubclass(PrincipalError, KeyPolicyError)
