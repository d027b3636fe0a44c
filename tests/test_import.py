"""`import keypolicy` is cheap, and shows the public names and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import keypolicy


def modules_loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter loads for a statement."""
    program = (
        "import json, sys\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))\n"
    )
    finished = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True)
    return set(json.loads(finished.stdout))


def foreign(modules: set[str]) -> set[str]:
    """Those that are neither of the standard library nor ours."""
    return {name for name in modules if name.partition(".")[0] not in {*sys.stdlib_module_names, "keypolicy"}}


def test_import_loads_no_third_party_module() -> None:
    """`import keypolicy` loads nothing but the standard library and keypolicy itself."""
    assert foreign(modules_loaded_by("import keypolicy")) == set()


def test_import_loads_no_other_module_of_the_package() -> None:
    """`import keypolicy` loads none of its submodules before a name is used."""
    loaded = modules_loaded_by("import keypolicy")

    assert {name for name in loaded if name.startswith("keypolicy")} == {"keypolicy"}


def test_loading_a_policy_loads_pydantic() -> None:
    """The measurement sees third-party modules where there are some: `load` needs pydantic."""
    loaded = foreign(modules_loaded_by("from keypolicy import loads; loads('{}', lenient=True)"))

    assert "pydantic" in loaded
    assert "policyuniverse" not in loaded


@pytest.mark.parametrize("name", keypolicy.__all__)
def test_every_public_name_resolves(name: str) -> None:
    """Each name of `__all__` is an attribute of the package."""
    assert getattr(keypolicy, name) is not None


def test_completion_shows_the_public_names_only() -> None:
    """`dir(keypolicy)` lists the names of `__all__`, and `__all__` is sorted and free of duplicates."""
    assert dir(keypolicy) == sorted(keypolicy.__all__)
    assert len(set(keypolicy.__all__)) == len(keypolicy.__all__)


def test_a_misspelt_name_is_an_attribute_error() -> None:
    """An unknown name fails as it does in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'evaluat'"):
        getattr(keypolicy, "evaluat")  # noqa: B009  # written so that type checkers let it pass
