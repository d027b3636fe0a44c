"""keypolicy decides, offline, whether a principal holds KMS actions on a KMS key.

Names are loaded when first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "PRESENT",
    "Access",
    "ActionSet",
    "AnyOf",
    "Arn",
    "AtLeast",
    "CheckResult",
    "Decision",
    "DocumentError",
    "Explanation",
    "KeyMetadata",
    "KeyPolicy",
    "KeyPolicyError",
    "Like",
    "Outcome",
    "Principal",
    "RequestContext",
    "Requirement",
    "RequirementProfile",
    "Statement",
    "WhoCan",
    "Witness",
    "access",
    "check",
    "evaluate",
    "explain",
    "load",
    "loads",
    "profiles",
    "who_can",
]

if TYPE_CHECKING:
    from keypolicy.analysis.check import CheckResult, check
    from keypolicy.analysis.profiles import profiles
    from keypolicy.analysis.requirements import Requirement, RequirementProfile
    from keypolicy.analysis.who_can import WhoCan, who_can
    from keypolicy.catalogue.actions import ActionSet
    from keypolicy.document.key import KeyMetadata
    from keypolicy.document.load import load, loads
    from keypolicy.document.model import KeyPolicy, Statement
    from keypolicy.errors import DocumentError, KeyPolicyError
    from keypolicy.evaluation.access import Access
    from keypolicy.evaluation.decision import Decision
    from keypolicy.evaluation.evaluate import access, evaluate
    from keypolicy.evaluation.explain import explain
    from keypolicy.evaluation.explanation import Explanation
    from keypolicy.evaluation.outcome import Outcome
    from keypolicy.evaluation.worlds import Witness
    from keypolicy.matching.arn import Arn
    from keypolicy.matching.context import RequestContext
    from keypolicy.matching.partial_values import PRESENT, AnyOf, AtLeast, Like
    from keypolicy.matching.principals import Principal
else:
    _HOMES = {
        "PRESENT": "matching.partial_values",
        "Access": "evaluation.access",
        "ActionSet": "catalogue.actions",
        "AnyOf": "matching.partial_values",
        "Arn": "matching.arn",
        "AtLeast": "matching.partial_values",
        "CheckResult": "analysis.check",
        "Decision": "evaluation.decision",
        "DocumentError": "errors",
        "Explanation": "evaluation.explanation",
        "KeyMetadata": "document.key",
        "KeyPolicy": "document.model",
        "KeyPolicyError": "errors",
        "Like": "matching.partial_values",
        "Outcome": "evaluation.outcome",
        "Principal": "matching.principals",
        "RequestContext": "matching.context",
        "Requirement": "analysis.requirements",
        "RequirementProfile": "analysis.requirements",
        "Statement": "document.model",
        "WhoCan": "analysis.who_can",
        "Witness": "evaluation.worlds",
        "access": "evaluation.evaluate",
        "check": "analysis.check",
        "evaluate": "evaluation.evaluate",
        "explain": "evaluation.explain",
        "load": "document.load",
        "loads": "document.load",
        "profiles": "analysis.profiles",
        "who_can": "analysis.who_can",
    }

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'keypolicy' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"keypolicy.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
