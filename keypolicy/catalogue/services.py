"""Service-linked roles and partitions, as far as they are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from keypolicy.catalogue.records import table
from keypolicy.errors import UnknownNameError

__all__ = [
    "Partition",
    "ServiceLinkedRole",
    "is_region",
    "partition_of_region",
    "partitions",
    "service_linked_role_name",
    "service_linked_roles",
]

_LONGEST_SUGGESTED = 100
_SIMILAR = 0.75
_SUFFIX = ".amazonaws.com"


@dataclass(frozen=True, slots=True)
class ServiceLinkedRole:
    """The role of a service in an account, at the path `/aws-service-role/SERVICE/` (S-083).

    `suffix_allowed` tells whether roles named NAME_SUFFIX may exist too, None where that is not
    known. `evidence` names the kinds of sources that have the role.
    """

    service: str
    name: str
    suffix_allowed: bool | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of AWS, with its Regions at the date of the data."""

    name: str
    dns_suffix: str
    region_pattern: str
    regions: tuple[str, ...]


@cache
def service_linked_roles() -> tuple[ServiceLinkedRole, ...]:
    """Every known service-linked role, sorted by service; a service has one."""
    return tuple(
        ServiceLinkedRole(
            service=record["service"],
            name=record["name"],
            suffix_allowed=record["suffix_allowed"],
            evidence=tuple(record["evidence"]),
        )
        for record in table("services.json", "service_linked_roles")
    )


@cache
def _name_by_service() -> dict[str, str]:
    return {role.service: role.name for role in service_linked_roles()}


def service_linked_role_name(service: str) -> str:
    """The name of the service-linked role of a service principal, without a suffix.

    Raises UnknownNameError with the nearest services for a service whose role is not known.
    """
    name = _name_by_service().get(service)
    if name is None:
        nearest = _nearest(service)
        hint = f"; near it: {', '.join(nearest)}" if nearest else ""
        raise UnknownNameError(
            f"no service-linked role is known for {service[:_LONGEST_SUGGESTED]!r}{hint}",
            code="unknown-service",
            name=service,
            suggestions=nearest,
        )
    return name


def _nearest(service: str) -> tuple[str, ...]:
    """The known services nearest to the text, compared without the suffix that all of them have."""
    if len(service) > _LONGEST_SUGGESTED:
        return ()
    from difflib import get_close_matches

    services = {known.removesuffix(_SUFFIX): known for known in _name_by_service()}
    near = get_close_matches(service.lower().partition(_SUFFIX)[0], services, cutoff=_SIMILAR)
    return tuple(services[name] for name in near)


@cache
def partitions() -> tuple[Partition, ...]:
    """Every known partition, sorted by name."""
    return tuple(
        Partition(
            name=record["name"],
            dns_suffix=record["dns_suffix"],
            region_pattern=record["region_pattern"],
            regions=tuple(record["regions"]),
        )
        for record in table("services.json", "partitions")
    )


def partition_of_region(region: str) -> str | None:
    """The partition of a Region, known or of the form that the partition's Regions have; None for any other text."""
    for partition in partitions():
        if region in partition.regions or re.fullmatch(partition.region_pattern, region, re.ASCII):
            return partition.name
    return None


def is_region(text: str) -> bool:
    """Whether the text is a Region, known or of the form that Regions have."""
    return partition_of_region(text) is not None
