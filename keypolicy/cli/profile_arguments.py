"""The arguments that name a requirement profile: one that is known, or one in a file."""

from __future__ import annotations

import argparse

from keypolicy.analysis.profiles import profiles
from keypolicy.analysis.requirements import RequirementProfile
from keypolicy.cli.complaints import complaints_about

__all__ = ["add_profile_file", "profile_of"]


def add_profile_file(group: argparse._MutuallyExclusiveGroup) -> None:
    """The argument `--profile-file`, beside a `--profile` that the command describes itself."""
    group.add_argument(
        "--profile-file", metavar="FILE", help="a profile of your own, in JSON, or in TOML where FILE ends in .toml"
    )


def profile_of(arguments: argparse.Namespace) -> RequirementProfile | None:
    """The profile that the arguments name, None if they name none; a Complaint where it cannot be read."""
    if arguments.profile_file is not None:
        with complaints_about("--profile-file"):
            return RequirementProfile.load(arguments.profile_file)
    if arguments.profile is None:
        return None
    with complaints_about("--profile"):
        return profiles[arguments.profile]
