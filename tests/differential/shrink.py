"""Make a disagreeing case small: drop steps while the disagreement stays."""

from collections.abc import Callable


def valid(steps: list[dict]) -> bool:
    """Whether every name a step uses is given before it."""
    prescriptions: set[str] = set()
    tests: set[str] = set()
    for step in steps:
        if step.get("fact") == "prescription.written":
            prescriptions.add(step["prescription"])
        elif step.get("fact") == "test.resulted":
            tests.add(step["test"])
        elif (step.get("fact") in {"test.corrected", "test.voided"} and step["test"] not in tests) or (
            "try" in step and step["prescription"] not in prescriptions
        ):
            return False
    return True


def shrink(case: dict, disagrees: Callable[[dict], bool]) -> dict:
    """The smallest case found greedily: ever smaller slices of steps are left out while it still disagrees."""
    steps = list(case["steps"])
    size = max(len(steps) // 2, 1)
    while True:
        shorter = drop_one_slice(case, steps, size, disagrees)
        if shorter is not None:
            steps = shorter
        elif size > 1:
            size //= 2
        else:
            return case | {"steps": steps}


def drop_one_slice(case: dict, steps: list[dict], size: int, disagrees: Callable[[dict], bool]) -> list[dict] | None:
    """The steps without some slice of that size, the last such that still disagrees; None where there is none."""
    for begin in range(len(steps) - size, -1, -1):
        shorter = steps[:begin] + steps[begin + size :]
        if shorter and valid(shorter) and disagrees(case | {"steps": shorter}):
            return shorter
    return None
