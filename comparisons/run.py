"""Asks peers the same random questions as this library, and puts every difference down to a cause.

    python -m comparisons.run --cache /tmp/peers --with iam-simulate --with reach-security --questions 100000 --seed 1

Installs the peers into the cache folder from the registries of npm and PyPI, where they are not there yet. Needs node
and npm for iam-simulate. The exit code is 1 if a difference has no known cause, or a peer refuses a question.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from comparisons.causes import causes_of
from comparisons.features import features
from comparisons.generator import questions
from comparisons.peers import PEERS, Peer
from comparisons.question import Question
from comparisons.tally import Example, Tally

_PROGRESS_EVERY = 5000


def main(arguments: list[str] | None = None) -> int:
    """The exit code of the command with these arguments."""
    parser = argparse.ArgumentParser(prog="comparisons.run", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, required=True, help="folder for what is installed")
    parser.add_argument("--with", dest="peers", action="append", choices=tuple(PEERS), required=True)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    rates: Counter[str] = Counter()
    tallies = []
    for number, name in enumerate(dict.fromkeys(asked.peers)):
        generated = questions(asked.questions, asked.seed)
        tallies.append(_compared(name, asked.cache, _watched(generated, rates) if number == 0 else generated))
    _print_rates(rates, asked.questions)
    for tally in tallies:
        _print_tally(tally)
    return 1 if any(tally.unexplained_count or tally.refused for tally in tallies) else 0


def _watched(asked: Iterable[Question], rates: Counter[str]) -> Iterator[Question]:
    """The questions, while their features are counted."""
    for question in asked:
        rates.update(features(question))
        yield question


def _compared(name: str, cache: Path, asked: Iterable[Question]) -> Tally:
    """The peer's tally; a second process of it answers the questions by which examples are made small."""
    with Peer(PEERS[name], cache) as peer, Peer(PEERS[name], cache) as for_examples:
        tally = Tally(name, for_examples.answer)
        for count, (question, theirs) in enumerate(peer.answers(asked), start=1):
            tally.add(question, theirs)
            if count % _PROGRESS_EVERY == 0:
                print(f"{name}: {count:,} questions, {tally.unexplained_count} unexplained", file=sys.stderr)
        return tally


def _print_rates(rates: Counter[str], count: int) -> None:
    print(f"\nWhat was in the {count:,} questions\n")
    for name, found in sorted(rates.items()):
        print(f"{found / count:8.2%}  {name}")


def _print_tally(tally: Tally) -> None:
    print(f"\n{tally.peer} {PEERS[tally.peer].version}: {tally.asked:,} questions\n")
    print(f"{tally.agreed:8}  the same answer ({tally.agreed / max(tally.asked, 1):.2%})")
    print(f"{tally.open_there:8}  left open there")
    print(f"{sum(sum(each.values()) for each in tally.silent.values()):8}  AWS is silent, and we leave it open")
    print(f"{sum(tally.causes.values()):8}  another answer, for a known cause")
    print(f"{tally.unexplained_count:8}  another answer, unexplained")
    print(f"{tally.not_asked:8}  not asked, as it has no words for them")
    print("\nOur answers\n")
    for word, found in tally.outcomes.most_common():
        print(f"{found:8}  {word}")
    print("\nAWS is silent, by rule: what the peer answers\n")
    for rules, answers in sorted(tally.silent.items(), key=lambda each: -each[1].total()):
        print(f"{answers.total():8}  {rules}: {', '.join(f'{word} {found}' for word, found in answers.most_common())}")
    print("\nAnother answer, by cause\n")
    for name, found in tally.causes.most_common():
        print(f"{found:8}  {name}")
    _print_causes(tally)
    for message, found in tally.refused.most_common():
        print(f"\nREFUSED {found} times: {message}")
    for example in tally.unexplained:
        print(f"\nUNEXPLAINED {_shown(example)}")


def _print_causes(tally: Tally) -> None:
    """Each cause that explains a difference by itself, with a question that shows it."""
    for cause in causes_of(tally.peer):
        if cause.name in tally.examples:
            print(f"\n{cause.name} [{cause.rule}, {cause.verdict}]: {cause.says}")
            print(_shown(tally.examples[cause.name]))


def _shown(example: Example) -> str:
    return f"ours {example.ours}, theirs {example.theirs}: {json.dumps(example.question.to_json())}"


if __name__ == "__main__":
    sys.exit(main())
