"""An answer of the batch as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from json.encoder import encode_basestring_ascii
from typing import Any, Final

from keypolicy.document.writing import json_text

__all__ = ["json_line"]

_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


def json_line(answer: Mapping[str, Any]) -> str:
    """The answer as one line of ASCII, with its end; what the actions of an answer share is encoded once."""
    try:
        if "actions" not in answer:
            return f"{_encode(answer)}\n"
        # The encoder is quick with a text and slow to start on an object.
        members = [f'"{name}":{_encode(member)}' for name, member in answer.items() if name != "actions"]
        decisions = answer["actions"]
        shared = {id(decided): decided for decided in decisions.values()}
        texts = {identity: _decision_text(decided) for identity, decided in shared.items()}
        actions = [f'"{name}":{texts[id(decided)]}' for name, decided in decisions.items()]
    except TypeError:  # a number in an id, which is echoed digit by digit
        return f"{json_text(answer)}\n"
    return f'{{{",".join(members)},"actions":{{{",".join(actions)}}}}}\n'


def _decision_text(decided: Mapping[str, Any]) -> str:
    """The object of an action; most are settled, and those are put together faster than the encoder starts."""
    if decided["missing_context"] or decided["undocumented"] or decided["residual"] is not None:
        return _encode(decided)
    statements = ",".join(
        [
            f'{{"policy":"{each["policy"]}","index":{each["index"]},"sid":{_sid_text(each["sid"])}}}'
            for each in decided["statements"]
        ]
    )
    return (
        f'{{"outcome":"{decided["outcome"]}","statements":[{statements}],'
        '"missing_context":[],"residual":null,"undocumented":[]}'
    )


def _sid_text(sid: str | None) -> str:
    return "null" if sid is None else encode_basestring_ascii(sid)
