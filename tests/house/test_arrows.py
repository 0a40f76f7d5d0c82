"""Arrows point down only, between the rooms and inside each; imports inside functions count like any other."""

import subprocess
import sys

from tests.house.source import APPS, PACKAGES, for_each, imports_of, module_of, python_files

ROOMS = {"compliance": 0, "prescriptions": 1, "reports": 2}
FLOORS = {
    "rules": 0,
    # Data and tables, and what they are made of.
    "programs": 1,
    "models": 1,
    "database": 1,
    "clock": 1,
    "numbers": 1,
    "period": 1,
    # Who writes, who reads, and in what words.
    "services": 2,
    "selectors": 2,
    "presenters": 2,
    "wording": 2,
    "plain_words": 2,
    "words": 2,
    "access": 2,
    "mail": 2,
    "counts": 2,
    "exports": 2,
    # The edge: what a request, a worker or a shell asks.
    "forms": 3,
    "views": 3,
    "tasks": 3,
    "management": 3,
    "templatetags": 3,
    "middleware": 3,
    "navigation": 3,
    "demo": 3,
    "receivers": 3,
    "urls": 4,
    "apps": 4,
}


def floor_of(module):
    """The room's number, and the floor inside it; a package itself stands for all of it and is empty."""
    room, _, inside = module.partition(".")
    name = inside.partition(".")[0]
    return ROOMS[room], FLOORS[name] if name else 0


def test_every_module_has_a_floor():
    modules = [module_of(path) for path in python_files(*APPS)]
    known = [module for module in modules if module in APPS or module.split(".")[1] in FLOORS]
    assert known == modules


@for_each(python_files(*APPS))
def test_arrows_point_down(path):
    room, floor = floor_of(module_of(path))
    for module, line in imports_of(path):
        if module.split(".")[0] not in APPS:
            continue
        other_room, other_floor = floor_of(module)
        assert other_room <= room, f"{path}:{line} looks up to {module}"
        if other_room == room:
            assert other_floor <= floor, f"{path}:{line} looks up to {module}"


@for_each(python_files(*APPS))
def test_no_room_looks_into_another_rooms_edge(path):
    """Tasks and addresses are a room's own. A page or a command may build on one of the room below."""
    own = module_of(path).split(".")[0]
    edge = ("tasks", "urls")
    for module, line in imports_of(path):
        parts = module.split(".")
        if parts[0] in APPS and parts[0] != own and len(parts) > 1:
            assert parts[1] not in edge, f"{path}:{line} uses {module}"


@for_each(python_files(*APPS))
def test_nothing_shipped_imports_the_tests(path):
    assert not [module for module, _ in imports_of(path) if module.split(".")[0] in {"tests", "benchmarks", "pytest"}]


@for_each(python_files("compliance/rules"))
def test_rules_import_the_standard_library_and_each_other(path):
    for module, line in imports_of(path):
        ours = module == "compliance" or module.startswith("compliance.rules")
        assert ours or module.split(".")[0] in sys.stdlib_module_names, f"{path}:{line} imports {module}"


def test_rules_and_programs_need_no_django():
    modules = [module_of(path) for path in python_files("compliance/rules", "compliance/programs")]
    program = f"""
import importlib, sys
sys.modules["django"] = None
for module in {modules!r}:
    importlib.import_module(module)
from compliance.programs import load_programs
assert load_programs()
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_importing_the_package_imports_nothing():
    empty = [path for path in python_files(*APPS) if path.name == "__init__.py" and len(path.parts) == 2]
    assert len(empty) == len(APPS)
    assert not [path for path in empty if list(imports_of(path))]


def test_the_settings_import_no_room():
    """Settings and servers are below every room: they start without one."""
    for path in python_files("config/settings", "config/embedded"):
        assert not [module for module, _ in imports_of(path) if module.split(".")[0] in APPS], path


def test_there_is_something_to_read():
    assert len(python_files(*PACKAGES)) > 100
