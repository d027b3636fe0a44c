"""An answer of the batch as one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
        texts: dict[int, str] = {}
        actions: list[str] = []
        for name, decided in answer["actions"].items():
            text = texts.get(id(decided))
            if text is None:
                text = texts[id(decided)] = _encode(decided)
            actions.append(f'"{name}":{text}')
    except TypeError:  # a number in an id, which is echoed digit by digit
        return f"{json_text(answer)}\n"
    return f'{{{",".join(members)},"actions":{{{",".join(actions)}}}}}\n'
