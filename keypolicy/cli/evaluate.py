"""`keypolicy evaluate`: what the key policy says about single actions."""

from __future__ import annotations

import argparse

from keypolicy.analysis.check import RequiredAction
from keypolicy.catalogue.actions import ActionSet, key_policy_bits, required_actions
from keypolicy.cli.arguments import EXAMPLE, add_question, question_of
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import EXIT_CODES, Commands
from keypolicy.cli.streams import colours_wanted, write
from keypolicy.evaluation.evaluate import access
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.together import combined_outcome
from keypolicy.outputs.json import evaluation_object, indented
from keypolicy.outputs.text import evaluation_text

__all__ = ["add_to", "run"]

_EXIT_CODES = {Outcome.ALLOWED: 0, Outcome.EXPLICIT_DENY: 1, Outcome.IMPLICIT_DENY: 1, Outcome.CONDITIONAL: 3}

_DESCRIPTION = """\
What does the key policy say about single actions, for one principal and one request context?
Without --action: about every KMS action that a key policy can allow or deny.
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    example = f"example:\n  keypolicy evaluate policy.json \\\n{EXAMPLE} --action 'kms:ReEncrypt*'\n\n"
    parser = commands.add_parser(
        "evaluate",
        help="what does the key policy say about single actions?",
        description=_DESCRIPTION,
        epilog=example + EXIT_CODES,
    )
    add_question(parser)
    parser.add_argument(
        "--action",
        action="append",
        default=[],
        metavar="A",
        help="an action of KMS such as kms:Decrypt, or a pattern such as 'kms:ReEncrypt*'; may be repeated",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer and give the exit code."""
    names: dict[str, None] = {}
    with complaints_about("--action"):
        for text in arguments.action:
            names.update(dict.fromkeys(required_actions([text])))
    asked = tuple(names) or ActionSet.from_bits(key_policy_bits()).names()
    question = question_of(arguments)
    with complaints_about("--context"):
        answers = access(
            question.policy,
            question.principal,
            key=question.key,
            context=question.context,
            reading=question.reading,
        )
    actions = tuple(RequiredAction(answers[name], question.context) for name in asked)
    if arguments.format == "json":
        write(indented(evaluation_object(answers, actions, question.policy)))
    else:
        colours = colours_wanted(arguments.color)
        write(evaluation_text(answers, actions, question.policy, grouped=not names, colours=colours))
    return _EXIT_CODES[combined_outcome(required.decision for required in actions)]
