"""The programs the house knows, from the dated files beside this one."""

from functools import lru_cache
from pathlib import Path

from compliance.programs.schema import load_program
from compliance.rules.program import Program

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def load_programs() -> dict[str, Program]:
    """Every program by its code, read once. ProgramFileError where a file is not what the schema says."""
    folders = sorted(entry for entry in FOLDER.iterdir() if any(entry.glob("*.toml")))
    return {folder.name: load_program(folder) for folder in folders}
