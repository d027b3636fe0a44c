"""The library, asked in the words of the model."""

from __future__ import annotations

from typing import Any

from keypolicy import Access, Principal, RequestContext, access, loads
from tests.model.callers import Caller, Context


def principal_of(caller: Caller) -> Principal:
    """The library's principal for a caller."""
    if not caller.arn:
        return Principal.anonymous()
    if caller.is_account:
        return Principal.account(caller.arn)
    if caller.is_service:
        return Principal.service(caller.arn)
    if caller.arn.endswith(":root"):
        return Principal.root_user(caller.account)
    return _identity(caller).evolve(unique_id=caller.unique_id or None, permissions_boundary=caller.boundary)


def _identity(caller: Caller) -> Principal:
    name = caller.arn.rpartition("/")[2]
    if ":assumed-role/" in caller.arn:
        return Principal.role_session(caller.behind, name)
    if ":federated-user/" in caller.arn:
        return Principal.federated_user(caller.arn, user=caller.behind or None)
    return Principal.user(caller.arn)


def values_of_one(context: Context) -> dict[str, Any]:
    """The context as the library takes it: a text where there is one value, else a list."""
    return {key: values[0] if len(values) == 1 else tuple(values) for key, values in context.items()}


def ask_the_library(policy: dict[str, Any], caller: Caller, context: Context, key_arn: str) -> Access:
    """The library's answer where everything that is not in the context is absent."""
    document = loads(policy, lenient=True)
    closed = RequestContext.closed(values_of_one(context))
    return access(document, principal_of(caller), key=key_arn, context=closed)
