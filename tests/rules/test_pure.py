"""The rules are pure: they import nothing but the standard library and themselves, and read no clock."""

import ast
import subprocess
import sys
from pathlib import Path

import compliance.rules

FOLDER = Path(compliance.rules.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))
CLOCKS = {"now", "today", "utcnow", "time_ns", "localtime", "gmtime"}


def rule_modules():
    paths = [file.relative_to(FOLDER.parents[1]).with_suffix("") for file in FILES]
    return [".".join(path.parts).removesuffix(".__init__") for path in paths]


def test_rules_need_no_django():
    program = (
        "import sys, importlib; sys.modules['django'] = None; "
        f"[importlib.import_module(name) for name in {rule_modules()}]; "
        "assert not [name for name in sys.modules if name.startswith('django.')]"
    )

    subprocess.run([sys.executable, "-c", program], check=True, cwd=FOLDER.parents[1])


def test_rules_import_only_the_standard_library_and_themselves():
    found = {
        (file.name, name)
        for file in FILES
        for name in imported(file)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("compliance.rules")
    }

    assert found == set()


def imported(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_rules_read_no_clock():
    found = {
        (file.name, node.func.attr)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    }

    assert found == set()
