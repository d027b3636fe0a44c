"""`keypolicy profiles`: which requirement profiles there are, and what they require."""

from __future__ import annotations

import argparse

from keypolicy.analysis.requirements import DEFAULT_PROFILE
from keypolicy.analysis.requirements import profiles as known_profiles
from keypolicy.cli.arguments import add_format
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import Commands
from keypolicy.cli.streams import write
from keypolicy.outputs.json import indented, profile_object, profiles_object
from keypolicy.outputs.text import profile_text, profiles_text

__all__ = ["add_to", "run"]


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "profiles",
        help="which requirement profiles are there, and what do they require?",
        description="Lists the requirement profiles, or shows one whole: actions, their request contexts, and sources.",
        epilog="example:\n  keypolicy profiles union\n\nexit codes: 0, or 2 for wrong usage and an unknown profile",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="the profile to show whole")
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the profiles or the profile."""
    as_json = arguments.format == "json"
    if arguments.name is None:
        everything = (known_profiles, DEFAULT_PROFILE)
        write(indented(profiles_object(*everything)) if as_json else profiles_text(*everything))
        return 0
    with complaints_about("NAME"):
        profile = known_profiles[arguments.name]
    write(indented(profile_object(profile)) if as_json else profile_text(profile))
    return 0
