"""Resource patterns: forms that no case file has."""

from __future__ import annotations

from keypolicy.matching.resources import resource_pattern_covers

ARN = "arn:aws:kms:us-east-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_long_patterns_cover_what_short_ones_do() -> None:
    """A pattern that is too long to be remembered covers the key or does not, as any other (S-124)."""
    stars = "*" * 5000

    assert resource_pattern_covers(f"arn:aws:kms:{stars}:key/{stars}", ARN)
    assert not resource_pattern_covers(f"arn:aws:kms:{stars}:alias/{stars}", ARN)
