"""The arguments that several commands share, and what they mean in the library's terms."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from keypolicy.cli.complaints import Complaint, complaints_about
from keypolicy.cli.stated_keys import add_stated_keys, context_of
from keypolicy.cli.streams import read_policy
from keypolicy.document.key import KeyMetadata
from keypolicy.document.model import KeyPolicy
from keypolicy.matching.context import RequestContext
from keypolicy.matching.principals import Principal
from keypolicy.matching.truth import ReadingName

__all__ = ["Question", "add_circumstances", "add_format", "add_key", "add_question", "question_of"]

#: The key and destination account of the examples, those of AWS's own documentation.
EXAMPLE = """\
    --key arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab \\
    --principal 444455556666"""


class Question(NamedTuple):
    """What `check` and `evaluate` ask about."""

    policy: KeyPolicy
    key: KeyMetadata
    principal: Principal
    context: RequestContext
    reading: ReadingName


def add_question(parser: argparse.ArgumentParser) -> None:
    """The arguments that say who asks about which key, and under which context."""
    add_key(parser)
    parser.add_argument(
        "--principal",
        required=True,
        metavar="P",
        help="who calls: a 12-digit account id, the ARN of an account, user, role or session, or a service principal",
    )
    add_circumstances(parser)


def add_key(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which policy of which key is asked about."""
    parser.add_argument(
        "file", metavar="FILE", help="the key policy, or the output of get-key-policy; - is standard input"
    )
    parser.add_argument("--key", required=True, metavar="ARN", help="the key's ARN, never that of an alias")


def add_circumstances(parser: argparse.ArgumentParser) -> None:
    """The arguments that say under which context and how to answer, and in what form."""
    add_stated_keys(parser)
    parser.add_argument(
        "--reading",
        choices=("safest", "likely"),
        default="safest",
        help="likely: take what AWS most probably does where it documents nothing",
    )
    parser.add_argument(
        "--lenient",
        action="store_true",
        help="evaluate also a document that KMS would refuse, with doubt where it is broken",
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colours; auto: only on a terminal"
    )
    add_format(parser)


def add_format(parser: argparse.ArgumentParser) -> None:
    """The argument that chooses between text for people and JSON for programs."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def question_of(arguments: argparse.Namespace) -> Question:
    """The question that the arguments ask; a Complaint where one of them or the policy cannot be read."""
    with complaints_about("--key"):
        key = KeyMetadata.parse(arguments.key)
    with complaints_about("--principal"):
        principal = Principal.parse(arguments.principal)
    if principal.partition not in (None, key.partition):
        message = (
            f"the principal is in partition {principal.partition}, the key in {key.partition}; none reaches across"
        )
        raise Complaint(f"--principal: {message} [other-partition]")
    context = context_of(arguments)
    with complaints_about(arguments.file):
        policy = read_policy(arguments.file, lenient=arguments.lenient)
    return Question(policy, key, principal, context, arguments.reading)
