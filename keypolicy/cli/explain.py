"""`keypolicy explain`: why the key policy says what it says about single actions."""

from __future__ import annotations

import argparse

from keypolicy.analysis.check import RequiredAction, check
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.catalogue.actions import required_actions
from keypolicy.cli.arguments import EXAMPLE, Question, add_question, question_of
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import EXIT_CODES, Commands
from keypolicy.cli.profile_arguments import add_profile_file, profile_of
from keypolicy.cli.streams import colours_wanted, write
from keypolicy.evaluation.evaluate import access
from keypolicy.evaluation.outcome import Outcome
from keypolicy.evaluation.together import combined_outcome
from keypolicy.outputs.explanation_json import explanations_object
from keypolicy.outputs.explanation_text import explanations_text
from keypolicy.outputs.json import indented

__all__ = ["add_to", "run"]

_EXIT_CODES = {Outcome.ALLOWED: 0, Outcome.EXPLICIT_DENY: 1, Outcome.IMPLICIT_DENY: 1, Outcome.CONDITIONAL: 3}

_DESCRIPTION = """\
Why does the key policy say what it says about single actions?
Shows the statements that decide, or the Allow that came closest and what failed in it.
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    example = f"example:\n  keypolicy explain policy.json \\\n{EXAMPLE} --action kms:CreateGrant\n\n"
    parser = commands.add_parser(
        "explain",
        help="why does the key policy say what it says about single actions?",
        description=_DESCRIPTION,
        epilog=example + EXIT_CODES,
    )
    add_question(parser)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--action",
        action="append",
        default=[],
        metavar="A",
        help="an action of KMS such as kms:Decrypt, or a pattern such as 'kms:ReEncrypt*'; may be repeated",
    )
    asked.add_argument(
        "--profile",
        metavar="NAME",
        help="every action of a requirement profile, in the context in which it says that it is called",
    )
    add_profile_file(asked)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanations and give the exit code."""
    names: dict[str, None] = {}
    with complaints_about("--action"):
        for text in arguments.action:
            names.update(dict.fromkeys(required_actions([text])))
    profile = profile_of(arguments)
    question = question_of(arguments)
    with complaints_about("--context"):
        actions = _of_names(question, names) if profile is None else _of_profile(question, profile)
    if arguments.format == "json":
        write(indented(explanations_object(actions, question.principal, question.key.arn, question.reading)))
    else:
        colours = colours_wanted(arguments.color)
        write(explanations_text(actions, question.principal, question.key, colours=colours))
    return _EXIT_CODES[combined_outcome(required.decision for required in actions)]


def _of_names(question: Question, names: dict[str, None]) -> tuple[RequiredAction, ...]:
    policy, key, principal, context, reading = question
    answers = access(policy, principal, key=key, context=context, reading=reading)
    return tuple(RequiredAction(answers[name], context) for name in names)


def _of_profile(question: Question, profile: RequirementProfile) -> tuple[RequiredAction, ...]:
    policy, key, principal, context, reading = question
    return check(policy, principal, profile, key=key, context=context, reading=reading).actions
