"""What is known of a KMS key beside its policy: at least its ARN, hence its account, partition and Region."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias, get_args

from keypolicy.errors import ArnError, InputShapeError

__all__ = ["KeyMetadata"]

_KEY_ARN: Final = re.compile(
    r"arn:(aws(?:-[a-z0-9]+)*):kms:([a-z0-9]+(?:-[a-z0-9]+)+):([0-9]{12}):key/([0-9A-Za-z][0-9A-Za-z-]*)"
)
_BARE_KEY_ID: Final = re.compile(
    r"(?:key/)?(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE
)
_KMS_ARN: Final = re.compile(r"arn:[^:]*:kms:[^:]*:(?P<account>[^:]*):(?P<resource>.*)", re.DOTALL)
_ACCOUNT: Final = re.compile("[0-9]{12}")

KeyManager: TypeAlias = Literal["AWS", "CUSTOMER"]
MultiRegionKeyType: TypeAlias = Literal["PRIMARY", "REPLICA"]


@dataclass(frozen=True, slots=True)
class KeyMetadata:
    """A KMS key, as `aws kms describe-key` tells of it; what is None was not told.

    The ARN is that of a key, in any partition, never of an alias: authorization is against the key ARN.
    """

    arn: str
    manager: KeyManager | None = None
    state: str | None = None
    usage: str | None = None
    spec: str | None = None
    origin: str | None = None
    multi_region_key_type: MultiRegionKeyType | None = None
    partition: str = field(init=False, repr=False, compare=False)
    region: str = field(init=False, repr=False, compare=False)
    account: str = field(init=False, repr=False, compare=False)
    key_id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        match = _KEY_ARN.fullmatch(self.arn)
        if match is None:
            raise _refusal(self.arn)
        partition, region, account, key_id = match.groups()
        object.__setattr__(self, "partition", partition)
        object.__setattr__(self, "region", region)
        object.__setattr__(self, "account", account)
        object.__setattr__(self, "key_id", key_id)

    @property
    def multi_region(self) -> bool:
        """Whether the key is a multi-Region key, primary or replica: its id then begins with `mrk-` (S-131)."""
        return self.key_id.startswith("mrk-")

    @classmethod
    def parse(cls, arn: str) -> KeyMetadata:
        """The key with this ARN; nothing else is known of it.

        ArnError with code `alias-arn`, `bare-key-id`, `invalid-account-id` or `not-a-key-arn` for another text.
        """
        return _parse(arn)

    @classmethod
    def from_describe_key(cls, answer: str | bytes | Mapping[str, Any]) -> KeyMetadata:
        """The key that the answer of `describe-key` tells of, as JSON text or mapping, inside `KeyMetadata` or not.

        InputShapeError with code `not-json` or `not-key-metadata` if the answer is something else.
        """
        metadata: object = answer
        if isinstance(answer, (str, bytes)):
            try:
                metadata = json.loads(answer)
            except (ValueError, RecursionError) as error:
                raise InputShapeError(f"the answer of describe-key is JSON: {error}", code="not-json") from None
        if isinstance(metadata, Mapping):
            metadata = metadata.get("KeyMetadata", metadata)
        if not isinstance(metadata, Mapping):
            raise _not_key_metadata("it is not an object")
        arn = _text(metadata, "Arn")
        if arn is None:
            raise _not_key_metadata("Arn is missing")
        multi_region = metadata.get("MultiRegionConfiguration")
        return cls(
            arn=arn,
            manager=_one_of(metadata, "KeyManager", get_args(KeyManager)),
            state=_text(metadata, "KeyState"),
            usage=_text(metadata, "KeyUsage"),
            spec=_text(metadata, "KeySpec") or _text(metadata, "CustomerMasterKeySpec"),
            origin=_text(metadata, "Origin"),
            multi_region_key_type=(
                _one_of(multi_region, "MultiRegionKeyType", get_args(MultiRegionKeyType))
                if isinstance(multi_region, Mapping)
                else None
            ),
        )


@lru_cache(maxsize=1024)
def _parse(arn: str) -> KeyMetadata:
    return KeyMetadata(arn)


def _text(metadata: Mapping[str, Any], name: str) -> str | None:
    value = metadata.get(name)
    if value is not None and not isinstance(value, str):
        raise _not_key_metadata(f"{name} is not a string")
    return value


def _one_of(metadata: Mapping[str, Any], name: str, values: tuple[str, ...]) -> Any:
    value = _text(metadata, name)
    if value is not None and value not in values:
        raise _not_key_metadata(f"{name} is {' or '.join(values)}, not {value!r}")
    return value


def _not_key_metadata(reason: str) -> InputShapeError:
    return InputShapeError(f"this is not the answer of describe-key: {reason}", code="not-key-metadata")


def _refusal(text: str) -> ArnError:
    hint = "give the ARN of the key, such as describe-key tells"
    arn = _KMS_ARN.fullmatch(text)
    resource = text if arn is None else arn["resource"]
    if resource.startswith("alias/"):
        message = f"{text!r} names an alias, and authorization is always against the key ARN: {hint}"
        return ArnError(message, code="alias-arn")
    if _BARE_KEY_ID.fullmatch(text):
        return ArnError(f"{text!r} is a key id without account and Region: {hint}", code="bare-key-id")
    if arn is not None and _ACCOUNT.fullmatch(arn["account"]) is None:
        return ArnError(f"the account id in {text!r} is not 12 digits", code="invalid-account-id")
    return ArnError(f"{text!r} is not the ARN of a KMS key", code="not-a-key-arn")
