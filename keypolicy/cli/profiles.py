"""`keypolicy profiles`: which requirement profiles there are, and what they require."""

from __future__ import annotations

import argparse
from importlib.resources import files

from keypolicy.analysis.profiles import DEFAULT_PROFILE
from keypolicy.analysis.profiles import profiles as known_profiles
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.cli.arguments import add_format
from keypolicy.cli.complaints import complaints_about
from keypolicy.cli.parser import Commands
from keypolicy.cli.streams import write
from keypolicy.outputs.json import indented, profile_object, profiles_object
from keypolicy.outputs.text import profile_text, profiles_text

__all__ = ["add_to", "run"]

_EPILOG = """\
example:
  keypolicy profiles union

exit codes: 0, or 2 for wrong usage, an unknown profile and a file that is no profile
"""


def add_to(commands: Commands) -> None:
    """Make the command known."""
    parser = commands.add_parser(
        "profiles",
        help="which requirement profiles are there, and what do they require?",
        description="Lists the requirement profiles, or shows one whole: actions, their request contexts, and sources.",
        epilog=_EPILOG,
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("name", nargs="?", metavar="NAME", help="the profile to show whole")
    which.add_argument(
        "--file", metavar="FILE", help="check and show a profile of your own; TOML where FILE ends in .toml, else JSON"
    )
    which.add_argument("--schema", action="store_true", help="print the JSON Schema of a profile's file")
    add_format(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the profiles, the profile or the schema."""
    as_json = arguments.format == "json"
    name, file = arguments.name, arguments.file
    if arguments.schema:
        write((files("keypolicy.analysis") / "profile.schema.json").read_text("utf-8"))
    elif name is None and file is None:
        with complaints_about("profiles"):
            everything = (dict(known_profiles), DEFAULT_PROFILE)
        write(indented(profiles_object(*everything)) if as_json else profiles_text(*everything))
    else:
        with complaints_about("NAME" if file is None else "--file"):
            profile = known_profiles[str(name)] if file is None else RequirementProfile.load(file)
        write(indented(profile_object(profile)) if as_json else profile_text(profile))
    return 0
