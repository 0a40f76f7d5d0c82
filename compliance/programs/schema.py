"""Loads, validates and hashes the dated program files: <program>/<first day in force>.toml.

Each error names file, table, key and what was expected. Unknown keys, missing citations and overlapping dates are
refused. A file is never edited once it is in force; its hash is in every decision made with it.
"""

import hashlib
import tomllib
from functools import partial
from itertools import pairwise
from pathlib import Path

from compliance.programs.build import SETTINGS, Builder
from compliance.programs.fields import Gates, Head, Shared
from compliance.programs.tables import TOP, ProgramFileError, Table, finish
from compliance.rules.program import Edition, EditionHead, Program
from compliance.rules.values import SecondTestAnchor


def load_program(folder: Path) -> Program:
    """All editions of one program, from the folder that bears its code."""
    editions = [load_edition(file) for file in sorted(folder.glob("*.toml"))]
    if not editions:
        raise ProgramFileError(folder.name, TOP, None, "at least one edition file")
    _refuse_editions_that_do_not_fit(folder.name, editions)
    return Program(folder.name, tuple(editions))


def _refuse_editions_that_do_not_fit(code: str, editions: list[EditionHead]) -> None:
    """Editions follow each other; they share the zone and the categories, which facts of any date refer to."""
    for before, edition in pairwise(editions):
        file = f"{code}/{edition.starts_on}.toml"
        if before.retired is not None:
            raise ProgramFileError(file, "start", "on", f"a date before the retirement in {before.id}, which overlaps")
        if edition.zone.name != before.zone.name:
            raise ProgramFileError(file, "zone", "name", f"the zone of {before.id}, {before.zone.name}")
        if _traits(edition) != _traits(before):
            raise ProgramFileError(file, "categories", None, f"the categories and traits of {before.id}")


def _traits(edition: EditionHead) -> dict[str, tuple[bool, bool, bool | None]]:
    return {
        code: (category.can_get_pregnant, category.produces_sperm, category.is_child)
        for code, category in edition.categories.items()
    }


def load_edition(file: Path) -> EditionHead:
    """One edition. Its first day is the file's name and its program the folder's."""
    content = file.read_bytes()
    name = f"{file.parent.name}/{file.name}"
    try:
        document = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProgramFileError(name, TOP, None, f"TOML in UTF-8 ({error})") from None
    top = Table(name, TOP, document)
    builder = Builder(_sources(top))
    head = _head(top, builder)
    if (head["program"], f"{head['start'].on}") != (file.parent.name, file.stem):
        raise top.error("program", f"{file.parent.name} with a [start] on {file.stem}, as folder and file are named")
    shared = Shared(sha256=hashlib.sha256(content).hexdigest(), document=document, **head)
    edition = Edition(**shared, **_gates(top, builder)) if top.flag("modelled") else _without_gates(top, shared)
    top.close()
    return edition


def _sources(top: Table) -> dict[str, str]:
    """What the ids in `cite` stand for."""
    table = top.table("sources")
    return {key: table.text(key) for key in table.rest()}


def _head(top: Table, builder: Builder) -> Head:
    categories = top.named_tables("categories")
    built = {code: finish(table, partial(builder.category, code)) for code, table in categories.items()}
    builder.categories = tuple(built)
    return Head(
        program=top.text("program"),
        start=top.build("start", builder.start),
        zone=top.build("zone", builder.zone),
        title=top.build("title", builder.named),
        medicine=top.build("medicine", builder.medicine),
        categories=built,
        retired=top.build_optional("retired", builder.retirement),
    )


def _without_gates(top: Table, shared: Shared) -> EditionHead:
    if shared["retired"] is None:
        raise top.error("modelled", "true, or a [retired] table")
    return EditionHead(**shared)


def _gates(top: Table, builder: Builder) -> Gates:
    settings = top.named_tables("settings")
    for name, table in settings.items():
        if name not in SETTINGS:
            raise table.error(None, "one of " + ", ".join(SETTINGS))
    gates = Gates(
        frame=top.build("frame", builder.value),
        agreement=top.build("agreement", builder.named),
        adult_age=top.build_optional("adult_age", builder.adult_age),
        prescriber_survey=top.build_optional("prescriber_survey", builder.value),
        patient_survey=builder.by_category(top, "patient_survey", builder.survey),
        counselling=builder.by_category(top, "counselling", builder.counselling),
        forms=tuple(finish(form, builder.form) for form in top.tables("forms")),
        contraception=top.build_optional("contraception", builder.contraception),
        first_test=top.build_optional("first_test", builder.first_test),
        second_test=top.build_optional("second_test", builder.second_test),
        test_window=top.build_optional("test_window", builder.window("test collected")),
        later_test=top.build_optional("later_test", builder.days("written", "exclusive")),
        lock=top.build_optional("lock", builder.days("missed test collected", "exclusive")),
        test_exempt=top.build_optional("test_exempt", builder.methods),
        sensitivity=top.build("sensitivity", builder.sensitivity),
        settings={name: finish(table, builder.setting) for name, table in settings.items()},
        test_interval=top.build_optional("test_interval", builder.test_interval),
        authorization=builder.by_category(top, "authorization", builder.expiry),
        confirmation=top.build("confirmation", builder.confirmation),
        ship_same_day=top.build_optional("ship_same_day", builder.ship_same_day),
        days_left=top.build_optional("days_left", builder.days("last covered day", "exclusive")),
        supply=builder.by_category(top, "supply", builder.supply),
        refills=top.build("refills", builder.allowed),
        verbal=top.build("verbal", builder.allowed),
        hold=top.build_optional("hold", builder.window("written")),
        guide=top.build_optional("guide", builder.named),
        pharmacy_counselling=top.build("pharmacy_counselling", builder.value),
        re_enrolment=top.build_optional("re_enrolment", builder.months("last supply or a later stop")),
        after_stop=top.build("after_stop", builder.after_stop),
        blood_count=top.build_optional("blood_count", builder.blood_count),
    )
    _refuse_a_lock_without_its_tests(top, gates)
    return gates


def _refuse_a_lock_without_its_tests(top: Table, gates: Gates) -> None:
    """A missed first window is looked for where contraception had run, any time after the first test."""
    first, second = gates["first_test"], gates["second_test"]
    fits = first is not None and first.earliest_days is None and gates["contraception"] is not None
    counted_from_the_run = second is not None and second.anchor is SecondTestAnchor.CONTRACEPTION_RUN
    if gates["lock"] is not None and not (fits and counted_from_the_run):
        raise ProgramFileError(
            top.file,
            "lock",
            None,
            "a [first_test] without earliest_days and a [second_test] counted from the contraception run beside it",
        )
