"""Service-linked roles and partitions."""

from __future__ import annotations

import pytest

from keypolicy.catalogue.services import (
    is_region,
    partition_of_region,
    partitions,
    service_linked_role_name,
    service_linked_roles,
)
from keypolicy.errors import UnknownNameError


def test_there_is_one_role_for_each_of_194_services() -> None:
    """A service principal names its role without doubt, and the roles are sorted by service."""
    services = [role.service for role in service_linked_roles()]

    assert len(services) == len(set(services)) == 194
    assert services == sorted(services)


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("backup.amazonaws.com", "AWSServiceRoleForBackup"),
        ("reports.backup.amazonaws.com", "AWSServiceRoleForBackupReports"),
        ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
        ("autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling"),
        ("docdb-elastic.amazonaws.com", "AWSServiceRoleForDocDB-Elastic"),
        ("mrk.kms.amazonaws.com", "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"),
    ],
)
def test_name_of_the_role_of_a_service(service: str, name: str) -> None:
    """The role of a service principal is known by name."""
    assert service_linked_role_name(service) == name


def test_what_is_known_of_one_role() -> None:
    """A role says whether suffixes are possible, where that is known, and which sources have it."""
    roles = {role.service: role for role in service_linked_roles()}

    assert roles["autoscaling.amazonaws.com"].suffix_allowed is True
    assert roles["backup.amazonaws.com"].suffix_allowed is False
    assert roles["acm.amazonaws.com"].name == "AWSServiceRoleForCertificateManager"
    assert roles["access-analyzer.amazonaws.com"].suffix_allowed is None
    assert "aws_documentation" in roles["backup.amazonaws.com"].evidence
    assert all(role.evidence for role in roles.values())


@pytest.mark.parametrize(
    ("service", "suggested"),
    [
        ("backup", "backup.amazonaws.com"),
        ("Backup.amazonaws.com", "backup.amazonaws.com"),
        ("backup.amazonaws.com.cn", "backup.amazonaws.com"),
        ("bakcup.amazonaws.com", "backup.amazonaws.com"),
    ],
)
def test_an_unknown_service_brings_the_nearest(service: str, suggested: str) -> None:
    """A service whose role is not known is an error that names the nearest services."""
    with pytest.raises(UnknownNameError, match="no service-linked role is known") as caught:
        service_linked_role_name(service)

    assert caught.value.code == "unknown-service"
    assert caught.value.name == service
    assert caught.value.suggestions[0] == suggested
    assert suggested in str(caught.value)


@pytest.mark.parametrize("service", ["", "?", "x" * 100_000], ids=["empty", "no service", "very long"])
def test_a_text_near_to_no_service_brings_none(service: str) -> None:
    """A text that resembles no service has no suggestions, and a long one does not fill the message."""
    with pytest.raises(UnknownNameError) as caught:
        service_linked_role_name(service)

    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("eu-central-2", "aws"),
        ("mx-central-1", "aws"),
        ("eu-west-9", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-gov-north-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_partition_of_a_region(region: str, partition: str) -> None:
    """A Region, and one newer than the data, belongs to the partition of its form."""
    assert partition_of_region(region) == partition
    assert is_region(region)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "us-east",
        "US-EAST-1",
        "us-east-1\n",
        "aws-global",
        "us-east-1a",
        "xx-east-1",
        "us-east-\N{SUPERSCRIPT ONE}",
    ],
)
def test_texts_that_are_no_region(text: str) -> None:
    """Anything that is not a Region and has not the form of one is in no partition."""
    assert partition_of_region(text) is None
    assert not is_region(text)


def test_the_partitions() -> None:
    """Eight partitions are known; pseudo Regions of global endpoints are not among their Regions."""
    assert {partition.name: partition.dns_suffix for partition in partitions()} == {
        "aws": "amazonaws.com",
        "aws-cn": "amazonaws.com.cn",
        "aws-eusc": "amazonaws.eu",
        "aws-iso": "c2s.ic.gov",
        "aws-iso-b": "sc2s.sgov.gov",
        "aws-iso-e": "cloud.adc-e.uk",
        "aws-iso-f": "csp.hci.ic.gov",
        "aws-us-gov": "amazonaws.com",
    }
    for partition in partitions():
        assert all(partition_of_region(region) == partition.name for region in partition.regions)
        assert not any(region.endswith("-global") for region in partition.regions)
