"""What NotPrincipal and the doubtful probes of a caller say exactly, where no answer of a policy tells it apart."""

from __future__ import annotations

import pytest

from keypolicy.matching.not_principals import not_principal_truth
from keypolicy.matching.principal_elements import certain_probes, doubtful_match
from keypolicy.matching.principals import MatchKind, Principal
from keypolicy.matching.truth import LIKELY, SAFEST, Reading, Truth, Unknown, missing, undocumented

ACCOUNT = "111111111111"
USER = Principal.user(f"arn:aws:iam::{ACCOUNT}:user/a")
ROLE = Principal.role(f"arn:aws:iam::{ACCOUNT}:role/a")


def _denied(values: list[str], principal: Principal, reading: Reading = SAFEST) -> Truth:
    return not_principal_truth({"AWS": tuple(values)}, principal, "Deny", "aws", reading)


@pytest.mark.parametrize("listed", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/a"])
def test_an_account_of_which_something_is_listed_is_denied_in_doubt(listed: str) -> None:
    """A whole account of which the list names all or one is denied as S-087 leaves it, and likely so."""
    assert _denied([listed], Principal.account(ACCOUNT)) == undocumented("S-087")
    assert _denied([listed], Principal.account(ACCOUNT), LIKELY) is True


def test_an_account_of_which_nothing_is_listed_is_denied() -> None:
    """A list of another account alone excepts nobody of this one."""
    assert _denied(["222222222222"], Principal.account(ACCOUNT)) is True


@pytest.mark.parametrize("caller", [USER, ROLE])
def test_whether_a_boundary_is_attached_is_missed(caller: Principal) -> None:
    """A boundary not stated is what is missing, beside what is unknown of the list (S-088)."""
    own = str(caller.arn)
    assert _denied([own], caller) == Unknown(frozenset(("permissions boundary",)), frozenset(("S-087",)))
    if caller is USER:
        assert _denied([own, ACCOUNT], caller) == missing("permissions boundary")


def test_a_user_may_be_listed_by_unique_id() -> None:
    """The unique id of a user stands for the user in the chain of S-087."""
    user = USER.evolve(unique_id="AIDAEXAMPLEEXAMPLE123", permissions_boundary=False)
    assert _denied(["AIDAEXAMPLEEXAMPLE123", ACCOUNT], user) is False


def test_a_role_may_be_listed_by_unique_id() -> None:
    """The unique id of a role stands for the role in the chain of a session."""
    session = Principal.role_session(f"arn:aws:iam::{ACCOUNT}:role/a", "s").evolve(
        unique_id="AROAEXAMPLEEXAMPLE123", permissions_boundary=False
    )
    own = f"arn:aws:sts::{ACCOUNT}:assumed-role/a/s"
    assert _denied([own, "AROAEXAMPLEEXAMPLE123", ACCOUNT], session) is False


@pytest.mark.parametrize(
    ("probe", "value", "kind"),
    [
        (f"session-of:{ACCOUNT}:a", f"arn:aws:sts::{ACCOUNT}:assumed-role/A/s", MatchKind.SESSION),
        (f"role-name:{ACCOUNT}:a", f"arn:aws:iam::{ACCOUNT}:role/p/A", MatchKind.ROLE),
        (f"case:arn:aws:iam::{ACCOUNT}:role/a", f"arn:aws:iam::{ACCOUNT}:role/A", MatchKind.ROLE),
    ],
)
def test_a_name_in_another_case_is_in_doubt_only_where_it_would_deny(probe: str, value: str, kind: MatchKind) -> None:
    """A value that differs in letter case alone gives nothing, and denies in doubt, likely not (S-061)."""
    assert doubtful_match(probe, value, ROLE, "Allow", SAFEST) == (False, kind)
    assert doubtful_match(probe, value, ROLE, "Deny", SAFEST) == (undocumented("S-061"), kind)
    assert doubtful_match(probe, value, ROLE, "Deny", LIKELY) == (False, kind)


def test_a_federated_user_whose_user_is_not_known_may_be_meant_by_any_user() -> None:
    """A user of the account may be the one who federated, and who that was is missing (S-063)."""
    session = Principal.federated_user(f"arn:aws:sts::{ACCOUNT}:federated-user/x").evolve(permissions_boundary=False)
    element = {"AWS": str(USER.arn)}
    unknown = missing("federating user")
    assert not_principal_truth(element, session, "Allow", "aws", SAFEST) == unknown
    assert not_principal_truth(element, session, "Deny", "aws", SAFEST) == unknown | undocumented("S-087")


def test_a_role_of_which_only_the_name_is_known_is_a_level_of_the_chain() -> None:
    """A session ARN tells no role path, so a listed role of that name is the session's role (S-060)."""
    own = f"arn:aws:sts::{ACCOUNT}:assumed-role/a/s"
    session = Principal.parse(own).evolve(permissions_boundary=False)
    assert _denied([own, f"arn:aws:iam::{ACCOUNT}:role/p/a", ACCOUNT], session) is False


def test_a_role_has_each_probe_once() -> None:
    """A role is covered as everyone, as its account and as itself, and not twice."""
    kinds = [MatchKind.EVERYONE, MatchKind.ACCOUNT, MatchKind.ROLE]
    assert certain_probes(ROLE) == tuple(zip(["*", ACCOUNT, ROLE.arn], kinds, strict=True))
