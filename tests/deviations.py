"""Where the library does not answer as the case files expect, and which vectors of the semantics have no case."""

from __future__ import annotations

__all__ = ["DEVIATIONS", "OMITTED"]

_CORRELATED = "exactness beyond Kleene (S-362) is not reached yet; the answer is the safe conditional"

DEVIATIONS: dict[str, str] = {
    "three_valued/exactness/T-129/1": _CORRELATED,
    "three_valued/exactness/allow-and-deny-under-the-same-condition/1": _CORRELATED,
    "three_valued/exactness/present-or-absent/1": _CORRELATED,
}
"""Questions that the library is known to answer otherwise, by test id (topic/case/number), each with the reason."""

_EFFECTIVE = "asks whether the call would be authorized, which takes the IAM policies around the key"

OMITTED = {
    "T-22": f"{_EFFECTIVE}; on the key policy's side it is the case account-in-the-key-account",
    "T-23": f"{_EFFECTIVE}; on the key policy's side it is the case account-in-the-key-account",
    "T-38": f"{_EFFECTIVE}: a permissions boundary",
    "T-39": f"{_EFFECTIVE}: a permissions boundary",
    "T-40": f"{_EFFECTIVE}: a permissions boundary",
    "T-41": f"{_EFFECTIVE}: a permissions boundary",
    "T-42": f"{_EFFECTIVE}: a permissions boundary with a Deny",
    "T-43": f"{_EFFECTIVE}: a session policy",
    "T-65": "is about Resource in an identity policy, where incomplete ARNs are completed (S-126)",
}
"""Vectors among T-01 to T-104 that are not about a key policy alone, with the reason."""
