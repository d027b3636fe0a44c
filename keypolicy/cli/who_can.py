"""`keypolicy who-can`: who has access to the key, by its policy."""

from __future__ import annotations

import argparse

from keypolicy.analysis.who_can import who_can
from keypolicy.catalogue.actions import required_actions
from keypolicy.cli.arguments import add_circumstances, add_key
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import Commands
from keypolicy.cli.stated_keys import context_of
from keypolicy.cli.streams import colours_wanted, read_policy, write
from keypolicy.document.key import KeyMetadata
from keypolicy.outputs.json import indented
from keypolicy.outputs.who_can_json import who_can_object
from keypolicy.outputs.who_can_text import who_can_text

__all__ = ["add_to", "run"]

_DESCRIPTION = """\
Who has access to the key, by its key policy? Lists every principal that the policy names, with what it holds, and
what anyone else holds. Without --action: every KMS action that a key policy can give.
"""

_EPILOG = """\
example:
  keypolicy who-can policy.json \\
    --key arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab --action kms:Decrypt

exit codes:
  0  the list was made, whatever it says
  2  wrong usage, or an input that cannot be read
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser("who-can", help="who has access to the key?", description=_DESCRIPTION, epilog=_EPILOG)
    add_key(parser)
    add_circumstances(parser)
    parser.add_argument(
        "--action",
        action="append",
        metavar="A",
        help="an action of KMS such as kms:Decrypt, or a pattern such as 'kms:ReEncrypt*'; may be repeated",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the list."""
    with complaints_about("--action"):
        actions = None if arguments.action is None else required_actions(arguments.action)
    with complaints_about("--key"):
        key = KeyMetadata.parse(arguments.key)
    context = context_of(arguments)
    with complaints_about(arguments.file):
        policy = read_policy(arguments.file, lenient=arguments.lenient)
    result = who_can(policy, actions, key=key, context=context, reading=arguments.reading)
    if arguments.format == "json":
        write(indented(who_can_object(result, policy, context=context)))
    else:
        write(who_can_text(result, policy, context=context, colours=colours_wanted(arguments.color)))
    return 0
