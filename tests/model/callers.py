"""Who asks: a caller as a chain of ARNs, and the condition keys that follow from it (S-050, S-220, S-236)."""

from __future__ import annotations

from typing import NamedTuple

Context = dict[str, list[str]]
"""The keys that a request carries, each with its values; a key that is not here is absent."""


class Caller(NamedTuple):
    """A caller by ARN, 12-digit account (S-052), or name of a service; the empty text is nobody.

    `behind` is the ARN of the role of a session, or of the user behind a federated user. `boundary` says whether a
    permissions boundary is attached.
    """

    arn: str
    behind: str = ""
    boundary: bool = False
    unique_id: str = ""

    @property
    def account(self) -> str:
        if self.is_account:
            return self.arn
        return self.arn.split(":")[4] if self.arn.startswith("arn:") else ""

    @property
    def is_account(self) -> bool:
        """Whether this asks what is delegated to an account, and is no caller at all (S-052)."""
        return self.arn.isdigit()

    @property
    def is_service(self) -> bool:
        return bool(self.arn) and not self.account

    def partition(self, key_arn: str) -> str:
        return self.arn.split(":")[1] if self.arn.startswith("arn:") else key_arn.split(":")[1]

    def chain(self, key_arn: str) -> list[str]:
        """What may be named to name the caller, most specific first; the account is written as its root (S-050)."""
        if not self.account:
            return [self.arn] if self.arn else []
        root = f"arn:{self.partition(key_arn)}:iam::{self.account}:root"
        own = [] if self.is_account or self.arn == root else [self.arn]
        return [*own, *([self.behind] if self.behind else []), root]

    @property
    def kind(self) -> str:
        """The aws:PrincipalType (S-220); empty where the caller does not tell."""
        if not self.arn:
            return "Anonymous"
        starts = {":root": "Account", ":user/": "User", ":role/": "AssumedRole", ":assumed-role/": "AssumedRole"}
        starts[":federated-user/"] = "FederatedUser"
        return next((kind for start, kind in starts.items() if start in self.arn), "")


def keys_that_follow(caller: Caller, key_arn: str) -> Context:
    """The condition keys that caller and key settle between them."""
    _, _, _, region, owner, resource = key_arn.split(":", 5)
    is_multi_region = resource.startswith("key/mrk-")
    found = {
        "aws:PrincipalIsAWSService": ["true" if caller.is_service else "false"],
        "aws:PrincipalType": [caller.kind] if caller.kind else [],
        "aws:PrincipalAccount": [caller.account or ("" if caller.is_service else "anonymous")],
        "aws:ResourceAccount": [owner],
        "aws:RequestedRegion": [region],
        "kms:MultiRegion": ["true" if is_multi_region else "false"],
        "kms:CallerAccount": [caller.account],
    }
    if caller.account and not caller.is_account:
        found["aws:PrincipalArn"] = [caller.behind if caller.kind == "AssumedRole" and caller.behind else caller.arn]
    if caller.kind == "User":
        found["aws:username"] = [caller.arn.rpartition("/")[2]]
    session = f":{caller.arn.rpartition('/')[2]}" if ":assumed-role/" in caller.arn else ""
    user_ids = {"Account": caller.account, "FederatedUser": f"{caller.account}:{caller.arn.partition('/')[2]}"}
    user_id = user_ids.get(caller.kind, caller.unique_id and caller.unique_id + session)
    found["aws:userid"] = [user_id] if caller.kind != "AssumedRole" or session else []
    if caller.is_service:
        found["aws:PrincipalServiceName"] = found["aws:PrincipalServiceNamesList"] = [caller.arn]
    if ":role/aws-service-role/" in (caller.behind or caller.arn):
        found["aws:ViaAWSService"] = ["false"]  # S-227
    return {key: values for key, values in found.items() if values not in ([], [""])}
