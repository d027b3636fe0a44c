"""What is said to a peer, and how its answers are counted, shown without any peer."""

from __future__ import annotations

from comparisons.causes import causes_of, question_of
from comparisons.peers import NOT_ASKED, PEERS, Refusal
from comparisons.tally import Tally


def example(name: str) -> tuple[dict[str, object], str]:
    (cause,) = (each for each in causes_of("iam-simulate") if each.name == name)
    return dict(cause.example), str(cause.example["theirs"])


def test_a_peer_is_told_all_that_the_request_carries() -> None:
    """What this library works out from the caller and the key is said to a peer outright."""
    question = question_of(example("encryption_context_left_out")[0])
    message = PEERS["iam-simulate"].message(question)
    assert message is not None
    assert message["principal"] == "arn:aws:iam::111111111111:user/alice"
    assert message["context"]["aws:username"] == "alice"
    assert message["context"]["kms:EncryptionContext:app"] == "Billing"


def test_reach_is_asked_about_users_and_roles_alone() -> None:
    """A question about nobody is none for it, and what is absent is said to be absent."""
    nobody = question_of(example("unsigned_requests_taken")[0])
    user = PEERS["reach-security"].message(question_of(example("encryption_context_left_out")[0]))
    assert PEERS["reach-security"].message(nobody) is None
    assert user is not None
    assert user["context"]["kms:ViaService"] is None


def test_every_answer_is_counted_once() -> None:
    """Agreement, refusal, silence, a known cause and an unexplained difference are told apart."""
    asked, theirs = example("network_of_all_addresses_matches_none")
    question = question_of(asked)
    tally = Tally("iam-simulate", lambda _: theirs)
    for said in ("allowed", "conditional", NOT_ASKED, Refusal("error 17"), theirs):
        tally.add(question, said)
    assert (tally.agreed, tally.open_there, tally.not_asked) == (1, 1, 1)
    assert tally.refused == {"error n": 1}
    assert tally.causes == {"network_of_all_addresses_matches_none": 1}
    assert (tally.asked, tally.unexplained_count) == (4, 0)


def test_an_unexplained_difference_is_kept_with_an_example() -> None:
    """No cause predicts an explicit denial here, so it is counted, and made small."""
    tally = Tally("iam-simulate", lambda _: "explicitDeny")
    tally.add(question_of(example("resource_wildcard_within_one_part")[0]), "explicitDeny")
    (kept,) = tally.unexplained
    assert tally.unexplained_count == 1
    assert kept.question.statements == [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]
