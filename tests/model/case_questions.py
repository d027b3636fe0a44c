"""The questions of the case files in the words of the model, as far as it has words for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.case_runner import DEFAULT_ACTION, DEFAULT_KEY, DEFAULT_PRINCIPAL, Question, expected
from tests.model.callers import Caller, Context

IN_EVERY_REQUEST = {
    "aws:CurrentTime": ["2026-05-01T00:00:00Z"],
    "aws:EpochTime": ["1777593600"],
    "aws:SecureTransport": ["true"],
}
"""Values for the keys that are never absent (S-221)."""


class Asked(NamedTuple):
    """One question for one action: about the whole policy, or about the statement with the number `statement`."""

    policy: dict[str, Any]
    caller: Caller
    action: str
    context: Context
    key_arn: str
    statement: int | None
    expected: str
    undocumented: tuple[str, ...]


_BROKEN = {"S-007", "S-019", "S-020"}
"""Rules about statements with an element that is unknown, twice there in two forms, or an unreadable Effect."""


class NoWords(Exception):  # noqa: N818 (it is no error: the question is about something else)
    """Why the model has no answer to a question."""


def of_the_model(question: Question) -> Iterator[Asked]:
    """The question, once for each action; raises NoWords where the model cannot be asked or is not concerned.

    What the question leaves unstated is absent: a settled answer holds there too.
    """
    asked, expect = question.asked, expected(question)
    if question.topic == "three_valued/correlations":
        raise NoWords("states keys that tell of others")
    if question.topic.startswith("grammar/") and asked.get("lenient") and _BROKEN & set(expect.get("undocumented", ())):
        raise NoWords("is about a statement that is none")
    if asked["ask"] not in ("statement", "condition", "key-policy"):
        raise NoWords(f"asks for a {asked['ask']}")
    answers = expect.get("outcomes") or {asked.get("action", DEFAULT_ACTION): expect.get("truth")}
    silent = () if expect.get("missing_context") else tuple(expect.get("undocumented", ()))
    if silent and question.topic.startswith("three_valued/"):
        raise NoWords("is about what is unknown")
    number = None if asked["ask"] == "key-policy" else asked.get("statement", 0)
    for action, answer in answers.items():
        if answer is None:
            raise NoWords("expects no outcome")
        if answer in ("conditional", "UNKNOWN") and not silent:
            raise NoWords("is about what is unknown")
        if asked.get("reading") == "likely":
            raise NoWords("is about the likely reading")
        yield Asked(_policy(asked), _caller(asked), _full(action), _context(asked), _key(asked), number, answer, silent)


def _full(action: str) -> str:
    return action if ":" in action else f"kms:{action}"


def _policy(asked: dict[str, Any]) -> dict[str, Any]:
    if "policy_text" in asked or "policy_pieces" in asked:
        raise NoWords("is about the text of a document")
    if "policy" in asked:
        policy: dict[str, Any] = asked["policy"]
        return policy
    principal = asked.get("principal", DEFAULT_PRINCIPAL)
    named = principal if isinstance(principal, str) and principal.isdigit() else DEFAULT_PRINCIPAL
    statement = {"Effect": "Allow", "Principal": {"AWS": named}, "Action": "kms:*", "Resource": "*"}
    version = asked.get("version", "2012-10-17")
    return {"Version": version, "Statement": [{**statement, "Condition": asked["condition"]}]}


def _key(asked: dict[str, Any]) -> str:
    key = asked.get("key", DEFAULT_KEY)
    if not isinstance(key, str):
        raise NoWords("tells of the key what its ARN does not")
    return key


def _caller(asked: dict[str, Any]) -> Caller:
    written = asked.get("principal", DEFAULT_PRINCIPAL)
    if isinstance(written, str):
        if written.endswith(":root"):
            if not written.startswith("arn:aws:"):
                raise NoWords("asks about an account of another partition")
            return Caller(written.split(":")[4])
        return _with_role(Caller("" if written == "anonymous" else written), asked)
    boundary, unique_id = written.get("permissions_boundary"), written.get("unique_id", "")
    (kind,) = written.keys() - {"permissions_boundary", "unique_id"}
    value = written[kind]
    if kind == "role_session":
        role = value["role"]
        start = role.replace(":iam:", ":sts:").partition(":role/")[0]
        caller = Caller(f"{start}:assumed-role/{role.rpartition('/')[2]}/{value['session']}", role)
    elif kind == "federated_user":
        caller = Caller(value["arn"], value["user"] or "")
    elif kind == "service_linked_role":
        name = {"backup.amazonaws.com": "AWSServiceRoleForBackup"}.get(value["service"])
        if name is None:
            raise NoWords("names a service-linked role by its service")
        caller = Caller(f"arn:aws:iam::{value['account']}:role/aws-service-role/{value['service']}/{name}")
    elif kind == "root_user":
        caller = Caller(f"arn:aws:iam::{value}:root")
    else:
        caller = Caller("" if kind == "anonymous" else value)
    return _with_role(caller._replace(boundary=bool(boundary), unique_id=unique_id), asked)


def _with_role(caller: Caller, asked: dict[str, Any]) -> Caller:
    """The session and the role that the question leaves open; a role of that name that its policy names, if any."""
    if ":assumed-role/" in caller.arn and not caller.behind:
        start, _, rest = caller.arn.replace(":sts:", ":iam:").partition(":assumed-role/")
        name = rest.partition("/")[0]
        named = re.search(rf'"({re.escape(start)}:role/(?:[^"]*/)?{re.escape(name)})"', json.dumps(asked))
        return caller._replace(behind=named[1] if named else f"{start}:role/{name}")
    if ":role/" in caller.arn:
        session = caller.arn.replace(":iam:", ":sts:").partition(":role/")[0]
        name = caller.arn.rpartition("/")[2]
        stated = str(asked.get("context", {}).get("aws:userid", "")).partition(":")[2] or "any"
        return caller._replace(arn=f"{session}:assumed-role/{name}/{stated}", behind=caller.arn)
    return caller


def _context(asked: dict[str, Any]) -> Context:
    context = {} if asked.get("closed") else dict(IN_EVERY_REQUEST)
    for name in [*asked.get("context", {}), *asked.get("absent", ())]:
        context = {key: values for key, values in context.items() if key.lower() != name.lower()}
    for key, value in asked.get("context", {}).items():
        if isinstance(value, dict):
            raise NoWords("states a value in part")
        values = value if isinstance(value, list) else [value]
        context[key] = [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
    return context
