"""Where the library does not answer as the case files expect, and which vectors of the semantics have no case."""

from __future__ import annotations

__all__ = ["DEVIATIONS", "OMITTED"]

_DEVIATIONS: dict[str, dict[str, tuple[int, ...]]] = {
    "exactness beyond Kleene (S-362) is not reached yet; the answer is the safe conditional": {
        "three_valued/exactness/T-129": (1,),
        "three_valued/exactness/allow-and-deny-under-the-same-condition": (1,),
        "three_valued/exactness/present-or-absent": (1,),
        "three_valued/partly_known/partly-known-values-in-several-statements": (1, 4),
        "three_valued/pitfalls/pitfall-two-statements-that-cover": (1,),
        "three_valued/sharpening/sharpened-string-like": (5,),
        "three_valued/sharpening/sharpened-addresses": (3,),
        "three_valued/worlds/two-keys-covered": (1,),
        "three_valued/worlds/three-keys-covered": (1,),
        "three_valued/worlds/denies-that-cover": (1, 3, 4),
        "three_valued/worlds/denied-wherever-allowed": (1, 3, 5),
        "three_valued/worlds/contradiction-in-one-statement": (1, 3, 5),
        "three_valued/worlds/patterns-that-meet": (2, 3, 4, 5, 7),
        "three_valued/worlds/letter-case-matters": (2, 3),
        "three_valued/worlds/patterns-that-cover": (1, 2, 4, 7, 9),
        "three_valued/worlds/patterns-that-cover-by-length": (1,),
        "three_valued/worlds/condition-keys-fold-case": (1,),
        "three_valued/worlds/addresses-covered": (1, 2, 5, 7),
        "three_valued/worlds/addresses-that-meet": (1, 3, 5, 7),
        "three_valued/worlds/numbers-that-meet": (1, 4, 6, 8, 9),
        "three_valued/worlds/dates-that-meet": (1, 3, 5),
        "three_valued/worlds/time-is-always-there": (1, 3),
        "three_valued/worlds/sets-of-values": (1, 2, 5, 8),
        "three_valued/worlds/sets-without-a-set-operator": (1,),
        "three_valued/worlds/booleans-covered": (1, 2, 5),
        "three_valued/worlds/variables-on-both-sides": (1, 3),
        "three_valued/worlds/unknown-session": (1,),
        "three_valued/worlds/undocumented-points-stay-open": (3,),
    },
    "KeyManager is not looked at, so any text given for an AWS managed key counts as its policy (S-346, S-401)": {
        "context/key_classes/aws-managed-key-whatever-the-text": (1, 2),
    },
    "a document that KMS refuses with OverlyPermissiveCondition (S-032) is loaded all the same": {
        "context/kms/T-143": (2,),
    },
    "no note tells that an account must have enabled an opt-in Region (S-069)": {
        "principals/accounts/opt-in-region": (1,),
    },
    "requests that cannot be are not left out yet (S-364); the answer is the safe conditional": {
        "three_valued/correlations/called-via-and-via-aws-service": (1, 2, 3, 6, 7, 8),
        "three_valued/correlations/endpoint-without-address": (1, 2, 4, 5, 7),
        "three_valued/correlations/encryption-context-keys-and-pairs": (1, 2, 4, 5, 6),
        "three_valued/correlations/encryption-context-pair-and-keys": (1, 2, 4, 5),
        "three_valued/correlations/username-of-iam-users": (1, 2, 4),
        "three_valued/correlations/age-of-mfa": (1, 2, 3, 5, 6),
        "three_valued/correlations/type-of-a-multi-region-key": (1, 2, 3),
        "three_valued/correlations/organization-and-its-paths": (1, 2, 4, 5),
    },
    "a set of actions is not asked about in one shared world yet (S-365); the answer is the safe conditional": {
        "three_valued/pitfalls/pitfall-set-under-different-contexts": (1,),
        "three_valued/sets_of_actions/caller-keys-are-shared": (1, 3, 5),
        "three_valued/sets_of_actions/network-and-time-are-shared": (1, 2, 3),
        "three_valued/sets_of_actions/denies-that-share-a-caller": (1,),
    },
    "Null with both values is always true (S-167), but not settled here for an empty text (S-160)": {
        "three_valued/sharpening/sharpened-null": (4,),
    },
    "the catalogue does not take the values of kms:MessageType for all there can be, as S-357 does; safe unknown": {
        "three_valued/sharpening/sharpened-finite-domains": (1,),
        "three_valued/worlds/finite-domains-covered": (1,),
    },
    "what is known of the beginning of aws:userid (S-357) is not used yet; the answer is the safe unknown": {
        "three_valued/sharpening/sharpened-by-its-beginning": (1, 2),
    },
    "a conditional answer comes without witnesses yet (S-368)": {
        "three_valued/witnesses/witnesses-of-strings": (1, 2, 3, 4, 5, 6),
        "three_valued/witnesses/witnesses-of-other-types": (1, 2, 3, 4, 5, 6, 7, 8, 9),
        "three_valued/witnesses/witnesses-of-several-keys": (1, 2),
        "three_valued/witnesses/witnesses-of-principals": (1, 2),
    },
}
"""By reason and case: the numbers of the questions that the library is known to answer otherwise."""

DEVIATIONS = {
    f"{case}/{number}": reason
    for reason, cases in _DEVIATIONS.items()
    for case, numbers in cases.items()
    for number in numbers
}
"""The same by test id (topic/case/number)."""

_EFFECTIVE = "asks whether the call would be authorized, which takes the documents around the key"

OMITTED = {
    "T-116": f"{_EFFECTIVE}: a service control policy",
    "T-117": f"{_EFFECTIVE}: a service control policy",
    "T-118": f"{_EFFECTIVE}: a service control policy",
    "T-119": f"{_EFFECTIVE}: a resource control policy",
    "T-123": f"{_EFFECTIVE}: a grant",
    "T-124": f"{_EFFECTIVE}: a grant",
    "T-125": "is about which operations CreateGrant takes, which no key policy says",
    "T-127": f"{_EFFECTIVE}: a VPC endpoint policy",
    "T-142": "is about which principals exist when PutKeyPolicy is called, which no document says",
}
"""Vectors of the semantics that have no case, because the key policy says nothing about them, with the reason."""
