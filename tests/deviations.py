"""Where the library does not answer as the case files expect, and which vectors of the semantics have no case."""

from __future__ import annotations

__all__ = ["DEVIATIONS", "OMITTED"]

_CORRELATED = "exactness beyond Kleene (S-362) is not reached yet; the answer is the safe conditional"
_MANAGED = "the library does not look at KeyManager, so it takes the text of an AWS managed key for its policy"

DEVIATIONS: dict[str, str] = {
    "three_valued/exactness/T-129/1": _CORRELATED,
    "three_valued/exactness/allow-and-deny-under-the-same-condition/1": _CORRELATED,
    "three_valued/exactness/present-or-absent/1": _CORRELATED,
    "context/key_classes/aws-managed-key-whatever-the-text/1": _MANAGED,
    "context/key_classes/aws-managed-key-whatever-the-text/2": _MANAGED,
}
"""Questions that the library is known to answer otherwise, by test id (topic/case/number), each with the reason."""

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
