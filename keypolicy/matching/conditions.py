"""One condition of a statement: an operator, a key and values, and its truth in a request (S-140 to S-187)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from keypolicy.matching.key_states import CaseVariants, KeyState, Presence, Present
from keypolicy.matching.operators import NULL, Family, Operator, OperatorName, parse_operator
from keypolicy.matching.substituted_values import substituted_matches
from keypolicy.matching.truth import Reading, Truth, Unknown, all_of, any_of, missing, negate, undocumented
from keypolicy.matching.variables import Template, parse_template, substitute, variable_keys

__all__ = ["Condition", "KeyFacts", "Lookup"]

Lookup = Callable[[str], KeyState]
_NULL_DATA_SETS = ((), ("",))


class KeyFacts(NamedTuple):
    """What is known of a condition key, whatever the request.

    `is_catalogued` says that the key is a known one, none of which is binary (S-161). `key_type` is
    AWS's word for the type of its values, of which a request may hold several where
    `is_multivalued`; `domain` are all values that it can have, where they are finite.
    `may_be_empty` says that callers may give it an empty text (S-160). `doubt` is a rule by which
    AWS may not evaluate the key in a key policy at all (S-224, S-225).
    """

    is_catalogued: bool = False
    key_type: str | None = None
    is_multivalued: bool = False
    domain: tuple[str, ...] = ()
    may_be_empty: bool = True
    doubt: str | None = None


NOTHING_KNOWN = KeyFacts()
_NO_KEYS: frozenset[str] = frozenset()


class Condition:
    """One key under one operator, as a policy writes it; a hashable value that prints as policy text.

    `values` are canonical texts (S-012). `has_variables` says that policy variables are replaced,
    which they are under version 2012-10-17 only (S-016). `multivalued_keys` are those of the keys
    read, in lower case, of which the request may hold several values (S-173); `facts` is what is
    known of the condition's own key.
    """

    __slots__ = (
        "_hash",
        "facts",
        "folded_key",
        "has_variables",
        "is_multivalued",
        "key",
        "multivalued_keys",
        "name",
        "operator",
        "templates",
        "values",
        "variable_keys",
    )

    def __init__(
        self,
        operator: str,
        key: str,
        values: tuple[str, ...],
        *,
        has_variables: bool = True,
        multivalued_keys: frozenset[str] = frozenset(),
        facts: KeyFacts = NOTHING_KNOWN,
    ) -> None:
        self.operator = operator
        self.key = key
        self.folded_key = key.lower()
        self.values = values
        self.has_variables = has_variables
        self.multivalued_keys = multivalued_keys
        self.is_multivalued = self.folded_key in multivalued_keys
        self.facts = facts
        self.name = parse_operator(operator)
        self.templates: dict[str, Template] = (
            {value: parse_template(value) for value in values if "${" in value} if has_variables else {}
        )
        self.variable_keys = variable_keys(self.templates) if self.templates else _NO_KEYS
        self._hash = hash((operator, self.folded_key, values, has_variables))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Condition):
            return NotImplemented
        return (self.operator, self.folded_key, self.values, self.has_variables) == (
            other.operator,
            other.folded_key,
            other.values,
            other.has_variables,
        )

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        # Made anew: where a pickle is read, texts have other hashes.
        facts = self.has_variables, self.multivalued_keys, self.facts
        return _condition, (self.operator, self.key, self.values, *facts)

    def __str__(self) -> str:
        texts = [f'"{value}"' for value in self.values]
        values = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
        return f"{self.operator} {self.key} {values}"

    def __repr__(self) -> str:
        return f"Condition({self})"

    def truth(self, lookup: Lookup, reading: Reading) -> Truth:
        """Whether the condition holds in the request whose keys `lookup` tells."""
        return self.truth_in(lookup(self.folded_key), lookup, reading)

    def truth_in(self, state: KeyState, lookup: Lookup, reading: Reading) -> Truth:
        """Whether the condition holds where its key is in `state`."""
        name = self.name
        if name.operator is None:
            return undocumented("S-145")
        if name.doubt is None and self.facts.doubt is None:
            return self._documented(name, name.operator, state, lookup, reading)
        truth = self._documented(name, name.operator, state, lookup, reading)
        for rule in (name.doubt, self.facts.doubt):
            if rule is not None:
                truth = _doubted(rule, truth, reading)
        return truth

    def _documented(
        self, name: OperatorName, operator: Operator, state: KeyState, lookup: Lookup, reading: Reading
    ) -> Truth:
        if isinstance(state, CaseVariants):
            truths = [self._documented(name, operator, one, lookup, reading) for one in state.states]
            return truths[0] if all(truth == truths[0] for truth in truths) else undocumented("S-148")
        if operator.name == NULL:
            return self._null(name, operator, state, reading)
        if not self.values:
            return self._no_values(name, operator, state)
        if state is Presence.ABSENT:
            return self._absent(name, operator, reading)
        if isinstance(state, Present):
            return self._present(name, operator, state, lookup, reading)
        return self._unknown(name, operator, lookup, reading)

    def _absent(self, name: OperatorName, operator: Operator, reading: Reading) -> Truth:
        """The table of S-150."""
        if name.qualifier == "ForAllValues":
            return True
        if name.qualifier == "ForAnyValue":
            return undocumented("S-150") if name.if_exists else False
        return True if name.if_exists else operator.negated

    def _present(
        self, name: OperatorName, operator: Operator, state: Present, lookup: Lookup, reading: Reading
    ) -> Truth:
        values = state.values
        if name.qualifier is not None:
            if values in _NULL_DATA_SETS:
                return name.qualifier == "ForAllValues"
            over_values = all_of if name.qualifier == "ForAllValues" else any_of
            return over_values(self._holds_for(operator, value, lookup, reading) for value in values)
        if not values:
            return _doubted("S-160", self._absent(name, operator, reading), reading)
        truth = self._holds_for(operator, values[0], lookup, reading)
        if not self.is_multivalued and len(values) == 1:
            return truth
        return _doubted("S-172", truth, reading) if len(values) == 1 else undocumented("S-172")

    def _unknown(self, name: OperatorName, operator: Operator, lookup: Lookup, reading: Reading) -> Truth:
        """Sharpened where every value and the absence give the same answer (S-357)."""
        if not self.is_multivalued or name.qualifier is not None:
            present = self._present_with_any_value(operator, lookup, reading)
            if present is not None and present is self._absent(name, operator, reading):
                return present
        return missing(self.key)

    def _present_with_any_value(self, operator: Operator, lookup: Lookup, reading: Reading) -> bool | None:
        """What the comparison gives for every possible value of the key alike, else None."""
        if operator.wildcards and not operator.parts and any(value and not value.strip("*") for value in self.values):
            return not operator.negated
        if not self.facts.domain or self.templates:
            return None
        truths = {self._holds_for(operator, value, lookup, reading) for value in self.facts.domain}
        (truth,) = truths if len(truths) == 1 else (None,)
        return truth if isinstance(truth, bool) else None

    def _no_values(self, name: OperatorName, operator: Operator, state: KeyState) -> Truth:
        """An empty list of values (S-028)."""
        if name.qualifier == "ForAnyValue":
            return False
        if name.qualifier == "ForAllValues" or name.if_exists:
            if state is Presence.ABSENT:
                return True
            if state is Presence.UNKNOWN:
                return missing(self.key)
            if name.qualifier == "ForAllValues" and self._may_be_null(state):
                return undocumented("S-028")
        return undocumented("S-028") if operator.negated else False

    def _may_be_null(self, state: KeyState) -> bool:
        """Whether a key that is there may still be a null data set (S-160)."""
        if isinstance(state, Present):
            return state.values in _NULL_DATA_SETS
        return state is Presence.PRESENT and self.facts.may_be_empty

    def _null(self, name: OperatorName, operator: Operator, state: KeyState, reading: Reading) -> Truth:
        """Null looks at the presence of the key alone (S-146, S-167, S-356)."""
        if name.qualifier is not None:
            return name.qualifier == "ForAllValues"
        if not self.values:
            return undocumented("S-028")
        if self.templates:
            return undocumented("S-179")
        when_absent, when_present = (self._null_is(text, operator, reading) for text in ("true", "false"))
        if state is Presence.ABSENT or when_absent == when_present:
            return when_absent
        if state is Presence.UNKNOWN:
            return missing(self.key)
        if state is Presence.PRESENT and self.facts.may_be_empty:
            return missing(self.key)
        if isinstance(state, Present) and state.values in _NULL_DATA_SETS:
            return _doubted("S-160", when_absent, reading)
        return when_present

    def _null_is(self, absent: str, operator: Operator, reading: Reading) -> Truth:
        return any_of(operator.compare(value, absent, reading) or False for value in self.values)

    def _holds_for(self, operator: Operator, request: str, lookup: Lookup, reading: Reading) -> Truth:
        """Whether one value of the request passes: a value of the policy matches, or none for a negation (S-141)."""
        found = any_of(self._compared(operator, request, lookup, reading))
        return negate(found) if operator.negated else found

    def _compared(self, operator: Operator, request: str, lookup: Lookup, reading: Reading) -> Iterable[Truth]:
        for value in self.values:
            template = self.templates.get(value)
            if operator.family is Family.BYTES and self.facts.is_catalogued:
                yield False
                continue
            found = (
                operator.compare(value, request, reading)
                if template is None
                else self._compared_template(operator, template, request, lookup, reading)
            )
            if found is None:
                # A request value of another type does not match; that its negation holds is documented nowhere (S-176).
                yield undocumented(operator.rule) if operator.negated else False
            else:
                yield found

    def _compared_template(
        self, operator: Operator, template: Template, request: str, lookup: Lookup, reading: Reading
    ) -> Truth | None:
        if not operator.variables:
            return undocumented("S-179")
        if template.malformed is not None:
            return undocumented(template.malformed)
        substitution = substitute(template, lookup, reading, multivalued_keys=self.multivalued_keys)
        return False if substitution is None else substituted_matches(operator, substitution, request, reading)


def _condition(
    operator: str,
    key: str,
    values: tuple[str, ...],
    has_variables: bool,  # noqa: FBT001 - a pickle hands over arguments by their places
    multivalued_keys: frozenset[str],
    facts: KeyFacts,
) -> Condition:
    return Condition(operator, key, values, has_variables=has_variables, multivalued_keys=multivalued_keys, facts=facts)


def _doubted(rule: str, truth: Truth, reading: Reading) -> Truth:
    """A truth that AWS may not give because of `rule`; reasons of an unknown truth are kept beside it."""
    doubt = reading.doubt(rule, likely=truth)
    return doubt | truth if isinstance(doubt, Unknown) and isinstance(truth, Unknown) else doubt
