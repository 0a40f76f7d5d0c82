"""The project's own source as the house tests read it."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("compliance", "prescriptions", "reports")
PACKAGES = ("config", *APPS)


def for_each(paths):
    """One test for many files, which names every offender at once."""

    def decorate(check):
        def test():
            faults = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as fault:
                    faults.append(f"{path}: {fault}")
            assert not faults, "\n".join(faults)

        test.__doc__ = check.__doc__
        return test

    return decorate


@cache
def python_files(*folders):
    """Our Python files, as paths from the root; migrations are made by a machine and left out."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return tuple(sorted(path.relative_to(ROOT) for path in found if "migrations" not in path.parts))


@cache
def tree_of(path):
    return ast.parse((ROOT / path).read_text(), filename=str(path))


@cache
def text_of(path):
    return (ROOT / path).read_text()


def module_of(path):
    """`compliance/rules/__init__.py` is `compliance.rules`."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def our_modules():
    return frozenset(module_of(path) for path in python_files(*PACKAGES))


def imports_of(path):
    """Every module a file imports, also inside functions, with its line; from a import b is a.b where b is a module."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno} imports relatively"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield (whole if whole in our_modules() else node.module), node.lineno


def dotted(node):
    """`timezone.now` for the expression that says so; empty for what is no plain name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def calls_of(path):
    """Every call in a file, as (dotted name, node)."""
    return [(dotted(node.func), node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
