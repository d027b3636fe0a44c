"""One answer of the batch as one line."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from keypolicy.outputs.json_lines import json_line

statements = st.builds(
    lambda index, sid: {"policy": "key-policy", "index": index, "sid": sid}, st.integers(0, 99), st.none() | st.text()
)
decisions = st.builds(
    lambda outcome, named, missing, residual, rules: {
        "outcome": outcome,
        "statements": named,
        "missing_context": missing,
        "residual": residual,
        "undocumented": rules,
    },
    st.sampled_from(["allowed", "explicitDeny", "implicitDeny", "conditional"]),
    st.lists(statements, max_size=3),
    st.lists(st.text(), max_size=1),
    st.none() | st.text(),
    st.lists(st.sampled_from(["S-087"]), max_size=1),
)


@given(st.text() | st.integers(), st.dictionaries(st.sampled_from(["kms:Decrypt", "kms:Encrypt"]), decisions))
def test_a_line_is_what_the_standard_encoder_writes(identifier: object, actions: dict[str, object]) -> None:
    """To the letter, whatever the Sids; settled actions are only put together faster."""
    answer = {"id": identifier, "question": "key-policy", "outcome": "allowed", "actions": actions}

    assert json_line(answer) == f"{json.dumps(answer, separators=(',', ':'))}\n"
