"""`keypolicy check`: whether a principal holds every action of a requirement profile."""

from __future__ import annotations

import argparse

from keypolicy.analysis.check import CheckStatus
from keypolicy.analysis.check import check as check_profile
from keypolicy.analysis.profiles import DEFAULT_PROFILE
from keypolicy.cli.arguments import EXAMPLE, add_question, question_of
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import EXIT_CODES, Commands
from keypolicy.cli.profile_arguments import add_profile_file, profile_of
from keypolicy.cli.streams import colours_wanted, write
from keypolicy.outputs.json import check_object, indented
from keypolicy.outputs.text import check_text

__all__ = ["add_to", "run"]

_EXIT_CODES = {CheckStatus.PASS: 0, CheckStatus.FAIL: 1, CheckStatus.CONDITIONAL: 3}

_DESCRIPTION = """\
Does the key policy give a principal every action of a requirement profile?
Each action is asked about in the request context in which its requirement says that it is called;
what you state of condition keys adds to that and overrides it.
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    example = f"example, the copy of a backup to another account:\n  keypolicy check policy.json \\\n{EXAMPLE}\n\n"
    parser = commands.add_parser(
        "check",
        help="does a principal hold every action of a requirement profile?",
        description=_DESCRIPTION,
        epilog=example + EXIT_CODES,
    )
    add_question(parser)
    profile = parser.add_mutually_exclusive_group()
    profile.add_argument(
        "--profile", metavar="NAME", help=f"a name that `keypolicy profiles` lists; default: {DEFAULT_PROFILE}"
    )
    add_profile_file(profile)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the answer and give the exit code."""
    profile = profile_of(arguments) or DEFAULT_PROFILE
    question = question_of(arguments)
    with complaints_about("--context"):
        result = check_profile(
            question.policy,
            question.principal,
            profile,
            key=question.key,
            context=question.context,
            reading=question.reading,
        )
    if arguments.format == "json":
        write(indented(check_object(result, question.policy)))
    else:
        write(check_text(result, question.policy, colours=colours_wanted(arguments.color)))
    return _EXIT_CODES[result.status]
