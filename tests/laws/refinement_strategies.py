"""Two questions about one policy, of which the second states all that the first does, and more."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

from keypolicy import PRESENT, AnyOf, AtLeast, Like, Principal, RequestContext
from keypolicy.errors import ContextError
from keypolicy.evaluation.request import Request
from keypolicy.matching.key_states import Presence, Present
from keypolicy.matching.principals import PrincipalKind
from keypolicy.matching.truth import SAFEST
from tests.laws.world_strategies import KEY, ROLE, VOCABULARY, Question, questions

__all__ = ["Refinement", "refinements"]

MULTIVALUED = frozenset(key for key, spoken in VOCABULARY.items() if isinstance(spoken.holds[0], tuple))


class Refinement(NamedTuple):
    """A question, and what else may be stated of the same request: caller and context, first less, then more."""

    policy: dict[str, Any]
    caller: Principal
    stated: dict[str, Any]
    known_caller: Principal
    known: dict[str, Any]
    widened: tuple[str, ...]
    """How what is known was made less, for each key of which it was."""

    @property
    def context(self) -> RequestContext:
        """What is stated at first."""
        return RequestContext(self.stated)

    @property
    def known_context(self) -> RequestContext:
        """What is stated then."""
        return RequestContext(self.known)


def _members(state: Any) -> tuple[Any, ...]:
    """What a key may hold of which this is stated, as AnyOf takes it."""
    if state is Presence.ABSENT:
        return (None,)
    if isinstance(state, AnyOf):
        return tuple(None if each is Presence.ABSENT else _plain(each) for each in state.states)
    return (state,)


def _plain(state: Any) -> Any:
    return (state.values[0] if len(state.values) == 1 else list(state.values)) if isinstance(state, Present) else state


def _ways(key: str, state: Any) -> list[str]:
    """In which ways less can be said of a key than this."""
    ways = ["nothing", "any of"] if not isinstance(state, (Like, AtLeast)) and state is not PRESENT else ["nothing"]
    may_be_absent = None in _members(state)
    if not may_be_absent and state is not PRESENT:
        ways.append("present")
    if isinstance(state, str) and key not in ("aws:PrincipalArn", "aws:userid"):
        ways += ["like"] * 3
    if isinstance(state, tuple) and key in MULTIVALUED:
        ways += ["at least"] * 6
    if isinstance(state, (Like, AtLeast)):
        ways += ["more patterns" if isinstance(state, Like) else "fewer values"] * 3
    return ways


@st.composite
def _less(draw: st.DrawFn, key: str, state: Any, way: str) -> Any:
    """Something that is true of all that this is true of, and perhaps of more."""
    held = VOCABULARY[key].holds
    if way == "any of":
        return AnyOf(*_members(state), *draw(st.lists(st.sampled_from([*held, None]), max_size=2)))
    if way == "present":
        return PRESENT
    if way == "like":
        patterns = ["*", f"{state[:1]}*", f"*{state[-1:]}", "?" * len(state), state.replace("*", "?")]
        return Like(*draw(st.lists(st.sampled_from(patterns), min_size=1, max_size=2)))
    if way == "more patterns":
        return Like(*state.patterns, draw(st.sampled_from(["a*", "*b", "?", "*"])))
    if way == "at least":
        return AtLeast(draw(st.sampled_from(state)))
    if way == "fewer values":
        return AtLeast(draw(st.sampled_from(state.values)))
    return Presence.UNKNOWN


def _is_session(caller: Principal) -> bool:
    return caller.role_arn == ROLE and caller.kind is not PrincipalKind.ROLE


def _less_known(caller: Principal) -> list[Principal]:
    """Callers of whom less is said: the role of a session, and what was not told of either."""
    if not _is_session(caller):
        return [caller]
    return [caller, Principal.role(ROLE).evolve(unique_id=caller.unique_id), Principal.role(ROLE)]


def _can_be_asked(caller: Principal, stated: dict[str, Any]) -> bool:
    try:
        Request(caller, KEY, RequestContext(stated), SAFEST)
    except ContextError:
        return False
    return True


@st.composite
def refinements(draw: st.DrawFn) -> Refinement:
    """A question of which more is known than is said at first; most keys that are known are widened."""
    question: Question = draw(questions())
    known = dict(question.stated)
    for key in question.keys:
        if key not in known and draw(st.integers(0, 9)):
            state = draw(st.sampled_from([*VOCABULARY[key].holds, Presence.ABSENT]))
            if _can_be_asked(question.caller, {**known, key: state}):
                known[key] = state
    stated: dict[str, Any] = {}
    widened = []
    for key, state in known.items():
        way = draw(st.sampled_from(["", *_ways(key, state)]))
        less = draw(_less(key, state, way)) if way else state
        if less is not Presence.UNKNOWN and _can_be_asked(question.caller, {**stated, key: less}):
            stated[key] = less
        widened += [way] if way else []
    known_caller = question.caller
    if _is_session(known_caller):
        attached = draw(st.sampled_from([None, True, False]))
        fuller = known_caller.evolve(permissions_boundary=attached)
        known_caller = fuller if _can_be_asked(fuller, known) else known_caller
    possible = [each for each in _less_known(known_caller) if _can_be_asked(each, stated)]
    return Refinement(question.policy, draw(st.sampled_from(possible)), stated, known_caller, known, tuple(widened))
