"""What it is for the library and the model to agree."""

from __future__ import annotations

from keypolicy import Decision
from tests.model.silence import Answers


def disagreement(decision: Decision, model: Answers, *, only_whether_allowed: bool = False) -> str | None:
    """Why the library's decision on a request of which all is known is not the model's; None where it is.

    `only_whether_allowed` makes no difference between the two ways of being denied.
    """
    outcome = str(decision.outcome)
    if outcome == "conditional":
        if not decision.undocumented:
            return "conditional without a rule where AWS is silent"
        if not model.rules:
            return f"conditional where no rule is silent, by {decision.undocumented}"
        return None if model.rules & set(decision.undocumented) else f"leans on {decision.undocumented}"
    if model.outcomes == {outcome}:
        return None
    # Denied whatever AWS does where it is silent, if not always by a Deny.
    if (outcome == "implicitDeny" or only_whether_allowed) and outcome != "allowed" and "allowed" not in model.outcomes:
        return None
    return f"{outcome}, and the model {sorted(model.outcomes)} by {sorted(model.rules)}"
