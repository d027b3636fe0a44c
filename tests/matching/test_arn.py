"""Amazon Resource Names."""

from __future__ import annotations

import pytest

from keypolicy import Arn
from keypolicy.errors import ArnError
from keypolicy.matching.arn import arn_like


def test_an_arn_prints_as_it_was_read() -> None:
    """The sixth part keeps its colons."""
    text = "arn:aws-us-gov:logs:us-gov-west-1:111111111111:log-group:a:b"

    assert str(Arn.parse(text)) == text
    assert Arn.parse(text).resource == "log-group:a:b"


@pytest.mark.parametrize(
    "text", ["", "arn", "arn:aws:kms:r:1", "nra:aws:kms:r:1:key/x", "arn::kms:r:1:k", "arn:aws:::1:"]
)
def test_other_texts_are_refused(text: str) -> None:
    """Six parts, beginning with arn, with partition, service and resource."""
    with pytest.raises(ArnError):
        Arn.parse(text)


def test_a_text_of_fewer_parts_is_like_nothing() -> None:
    """ArnLike needs six parts on both sides (S-165)."""
    assert not arn_like("*", "arn:aws:iam::1:root")
    assert not arn_like("arn:aws:iam::1:root", "x")
