"""Where the library does not answer as the case files expect, and which vectors of the semantics have no case."""

from __future__ import annotations

__all__ = ["DEVIATIONS", "OMITTED"]

_DEVIATIONS: dict[str, dict[str, tuple[int, ...]]] = {
    "where no statement can allow, no requests are tried, so that Denies which only together cover them are not seen": {
        "three_valued/worlds/denied-together-without-an-allow": (1,),
    },
    "no note tells that an account must have enabled an opt-in Region (S-069)": {
        "principals/accounts/opt-in-region": (1,),
    },
    "the catalogue does not take the values of kms:MessageType for all there can be, as S-357 does; safe unknown": {
        "three_valued/sharpening/sharpened-finite-domains": (1,),
        "three_valued/worlds/finite-domains-covered": (1,),
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
