"""Small changes to a JSON text that keep most of it JSON, so that what comes out is seldom refused at its first letter.

A text is taken apart into what is written and not what it means: members may repeat, numbers stay as spelt. The same
text and the same random numbers always give the same result.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

__all__ = ["WORDS", "mutated", "text_mutated"]

_VOCABULARY: Final[dict[str, list[str]]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))

#: Strings worth trying: AWS's own words, and characters that look or fold like others.
WORDS: Final = (*_VOCABULARY["words"], *_VOCABULARY["characters"])

_MOST_CHANGES: Final = 4
_MOST_REPETITIONS: Final = 40
_ESCAPED_SHARE: Final = 0.02


@dataclass(slots=True)
class _Object:
    members: list[tuple[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Lexeme:
    """A number or a constant, as written."""

    text: str


_parse: Final = json.JSONDecoder(
    object_pairs_hook=lambda members: _Object(list(members)),
    parse_int=_Lexeme,
    parse_float=_Lexeme,
    parse_constant=_Lexeme,
).decode


def mutated(data: bytes, random: Random, most_bytes: int) -> bytes:
    """The data with some changes, cut at this many bytes."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return _bytes_mutated(data, random)[:most_bytes]
    changed = text_mutated(text, random).encode("utf-8", "surrogatepass")
    if random.random() < 0.1:
        changed = _bytes_mutated(changed, random)
    return changed[:most_bytes]


def text_mutated(text: str, random: Random) -> str:
    """The text with some changes to its values if it is JSON, else to its characters."""
    try:
        value = _parse(text)
    except (ValueError, RecursionError):
        return _characters_mutated(text, random)
    for _ in range(random.randint(1, _MOST_CHANGES)):
        value = _changed(value, random)
    try:
        return _written(value, random, random.choice(("", "", " ", "\n")))
    except RecursionError:
        return text


def _changed(value: Any, random: Random) -> Any:
    """The value with one change somewhere in it; the deeper places are reached by chance."""
    if isinstance(value, _Object) and value.members and random.random() < 0.8:
        index = random.randrange(len(value.members))
        name, member = value.members[index]
        if random.random() < 0.7:
            value.members[index] = (name, _changed(member, random))
        else:
            random.choice(_OF_MEMBERS)(value.members, index, random)
        return value
    if isinstance(value, list) and value and random.random() < 0.8:
        index = random.randrange(len(value))
        if random.random() < 0.7:
            value[index] = _changed(value[index], random)
        else:
            random.choice(_OF_ITEMS)(value, index, random)
        return value
    if isinstance(value, str):
        return _text_value_changed(value, random)
    return random.choice((_any_value, _in_a_list, _in_an_object))(value, random)


def _drop(items: list[Any], index: int, random: Random) -> None:
    del items[index]


def _repeat(items: list[Any], index: int, random: Random) -> None:
    items[index:index] = [items[index]] * random.choice((1, 1, 1, random.randint(2, _MOST_REPETITIONS)))


def _swap(items: list[Any], index: int, random: Random) -> None:
    other = random.randrange(len(items))
    items[index], items[other] = items[other], items[index]


def _rename(members: list[tuple[str, Any]], index: int, random: Random) -> None:
    name, member = members[index]
    members[index] = (random.choice(WORDS) if random.random() < 0.5 else _text_changed(name, random), member)


def _add_member(members: list[tuple[str, Any]], index: int, random: Random) -> None:
    members.insert(index, (random.choice(WORDS), _any_value(None, random)))


def _take_value(members: list[tuple[str, Any]], index: int, random: Random) -> None:
    members[index] = (members[index][0], random.choice(members)[1])


def _add_item(items: list[Any], index: int, random: Random) -> None:
    items.insert(index, _any_value(None, random))


_Change = Callable[[list[Any], int, Random], None]
_OF_MEMBERS: Final[tuple[_Change, ...]] = (_drop, _repeat, _swap, _rename, _rename, _add_member, _take_value)
_OF_ITEMS: Final[tuple[_Change, ...]] = (_drop, _repeat, _swap, _add_item)


def _any_value(value: Any, random: Random) -> Any:
    kind = random.random()
    if kind < 0.6:
        return random.choice(WORDS)
    if kind < 0.8:
        return _Lexeme(random.choice(_VOCABULARY["lexemes"]))
    return random.choice(([], _Object(), [random.choice(WORDS), random.choice(WORDS)]))


def _in_a_list(value: Any, random: Random) -> Any:
    for _ in range(random.choice((1, 1, 2, 62))):
        value = [value]
    return value


def _in_an_object(value: Any, random: Random) -> Any:
    return _Object([(random.choice(WORDS), value)])


def _text_value_changed(text: str, random: Random) -> Any:
    if text[:1] in "{[" and text and random.random() < 0.8:
        return text_mutated(text, random)
    kind = random.random()
    if kind < 0.5:
        return _text_changed(text, random)
    return _in_a_list(text, random) if kind < 0.6 else _any_value(text, random)


def _text_changed(text: str, random: Random) -> str:
    place = random.randint(0, len(text))
    match random.randrange(6):
        case 0:
            return text[:place] + random.choice(_VOCABULARY["characters"]) + text[place:]
        case 1:
            return text[:place] + random.choice(WORDS) + text[place:]
        case 2:
            return text[:place] + text[place + 1 :]
        case 3:
            return text.swapcase() if random.random() < 0.5 else text.upper()
        case 4:
            return text[:place] + random.choice('*?${}:/"\\ ') * random.randint(1, _MOST_REPETITIONS) + text[place:]
        case _:
            return (text * random.randint(2, _MOST_REPETITIONS))[:4096]


def _characters_mutated(text: str, random: Random) -> str:
    start = random.randint(0, len(text))
    end = random.randint(start, min(len(text), start + 20))
    match random.randrange(4):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:start] + text[start:end] * random.randint(2, _MOST_REPETITIONS) + text[end:]
        case 2:
            return text[:start] + random.choice((*WORDS, *_VOCABULARY["lexemes"])) + text[end:]
        case _:
            return text[:start] + random.choice('{}[]",:\\\n\r\0\ufeff\x0b\u2028 ') + text[start:]


def _bytes_mutated(data: bytes, random: Random) -> bytes:
    place = random.randint(0, len(data))
    return (
        data[:place] + random.choice((b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xe2\x82", b"\n", b"\0")) + data[place:]
    )


def _written(value: Any, random: Random, space: str) -> str:
    if isinstance(value, _Object):
        members = (
            f"{_quoted(name, random)}{space}:{_written(member, random, space)}" for name, member in value.members
        )
        return "{" + f",{space}".join(members) + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(_written(item, random, space) for item in value) + "]"
    if isinstance(value, str):
        return _quoted(value, random)
    return value.text if isinstance(value, _Lexeme) else json.dumps(value)


def _quoted(text: str, random: Random) -> str:
    if random.random() < _ESCAPED_SHARE:
        return '"' + "".join(f"\\u{ord(character):04x}" for character in text if ord(character) < 0x10000) + '"'
    return json.dumps(text, ensure_ascii=random.random() < 0.5)
