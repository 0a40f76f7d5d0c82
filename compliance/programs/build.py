"""Builds the values of one edition from its tables. Each function reads one table; the names are those of the file.

Every value carries `cite`, the ids of its sources, and `settled`; `note` may say more. Anchors and countings that the
rules know only one way are still written in the file, for the person who checks it, and must say exactly that.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypedDict, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from compliance.programs.tables import Table, finish
from compliance.rules import values
from compliance.rules.wire import METHODS

T = TypeVar("T")
SETTINGS = ("lab", "clinic", "home")


class Cited(TypedDict):
    cite: str
    settled: bool
    note: str


class Builder:
    """Knows the file's sources and its categories, which other tables refer to."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.categories: Collection[str] = ()

    def cited(self, table: Table) -> Cited:
        ids = table.text("cite").split()
        for one in ids:
            if one not in self.sources:
                raise table.error("cite", f"ids of [sources], separated by spaces; {one} is none")
        cite = f"{table.name}: " + "; ".join(f"{one} {self.sources[one]}" for one in ids)
        settled = table.flag("settled")
        return Cited(cite=cite, settled=settled, note=table.text("note") if table.has("note") else "")

    def value(self, table: Table) -> values.Value:
        return values.Value(**self.cited(table))

    def zone(self, table: Table) -> values.Zone:
        name = table.text("name")
        if name not in available_timezones():
            raise table.error("name", "an IANA zone name")
        return values.Zone(name=name, info=ZoneInfo(name), **self.cited(table))

    def start(self, table: Table) -> values.Start:
        return values.Start(on=table.day("on"), **self.cited(table))

    def retirement(self, table: Table) -> values.Retirement:
        return values.Retirement(on=table.day("on"), **self.cited(table))

    def medicine(self, table: Table) -> values.Medicine:
        return values.Medicine(
            name=table.text("name"),
            brands=table.texts("brands"),
            capsules_mg=table.numbers("capsules_mg"),
            **self.cited(table),
        )

    def category(self, code: str, table: Table) -> values.Category:
        age = table.choice("age", ("adult", "child", "any"))
        return values.Category(
            code=code,
            name=table.text("name"),
            can_get_pregnant=table.flag("can_get_pregnant"),
            produces_sperm=table.flag("produces_sperm"),
            is_child=None if age == "any" else age == "child",
            **self.cited(table),
        )

    def named(self, table: Table) -> values.Named:
        return values.Named(name=table.text("name"), **self.cited(table))

    def form(self, table: Table) -> values.Form:
        return values.Form(code=table.text("code"), name=table.text("name"), **self.cited(table))

    def allowed(self, table: Table) -> values.Allowed:
        return values.Allowed(allowed=table.flag("allowed"), **self.cited(table))

    def days(self, anchor: str, counts: str) -> Callable[[Table], values.Days]:
        def build(table: Table) -> values.Days:
            _expect(table, anchor=anchor, counts=counts, zone="program")
            return values.Days(days=table.number("days"), **self.cited(table))

        return build

    def months(self, anchor: str) -> Callable[[Table], values.Months]:
        def build(table: Table) -> values.Months:
            _expect(table, anchor=anchor, zone="program")
            return values.Months(months=table.number("months"), **self.cited(table))

        return build

    def adult_age(self, table: Table) -> values.Years:
        _expect(table, anchor="birth date", zone="program")
        return values.Years(years=table.number("years"), **self.cited(table))

    def window(self, anchor: str) -> Callable[[Table], values.Window]:
        def build(table: Table) -> values.Window:
            _expect(table, anchor=anchor, zone="program")
            return values.Window(days=table.number("days"), counts=_counting(table), **self.cited(table))

        return build

    def expiry(self, table: Table) -> values.Expiry:
        _expect(table, zone="program")
        anchor = values.Anchor(table.choice("anchor", tuple(values.Anchor)))
        return values.Expiry(anchor=anchor, days=table.number("days"), counts=_counting(table), **self.cited(table))

    def counselling(self, table: Table) -> values.Counselling:
        once = table.choice("asked", ("each prescription", "once since the agreement")) != "each prescription"
        return values.Counselling(once=once, **self.cited(table))

    def survey(self, table: Table) -> values.Survey:
        _expect(table, anchor="last survey", zone="program")
        excused = table.flag("excused_at_initiation")
        return values.Survey(months=table.number("months"), excused_at_initiation=excused, **self.cited(table))

    def supply(self, table: Table) -> values.Days:
        return values.Days(days=table.number("days"), **self.cited(table))

    def methods(self, table: Table) -> values.Methods:
        return values.Methods(methods=frozenset(table.texts("methods", METHODS)), **self.cited(table))

    def contraception(self, table: Table) -> values.Contraception:
        _expect(table, anchor="first day of the unbroken run", counts="exclusive", zone="program")
        asked = table.number("methods_asked")
        if asked not in {1, 2}:
            raise table.error("methods_asked", "1 or 2")
        nothing = values.Methods(methods=frozenset(), cite="", settled=True)
        return values.Contraception(
            days=table.number("days"),
            methods_asked=asked,
            highly_effective=table.build("highly_effective", self.methods),
            additional=table.build_optional("additional", self.methods) or nothing,
            **self.cited(table),
        )

    def first_test(self, table: Table) -> values.FirstTest:
        _expect(table, zone="program")
        anchor = values.FirstTestAnchor(table.choice("anchor", tuple(values.FirstTestAnchor)))
        latest = table.number("latest_days", least=0)
        earliest = table.number("earliest_days", least=latest) if table.has("earliest_days") else None
        return values.FirstTest(anchor=anchor, latest_days=latest, earliest_days=earliest, **self.cited(table))

    def second_test(self, table: Table) -> values.SecondTest:
        _expect(table, zone="program")
        anchor = values.SecondTestAnchor(table.choice("anchor", tuple(values.SecondTestAnchor)))
        hours = table.number("hours", least=0) if anchor is values.SecondTestAnchor.WRITTEN_MOMENT else None
        days = table.number("days", least=0) if anchor is values.SecondTestAnchor.WRITTEN_DATE else None
        return values.SecondTest(anchor=anchor, hours=hours, days=days, **self.cited(table))

    def setting(self, table: Table) -> values.TestSetting:
        return values.TestSetting(
            where_allowed=table.flag("where_allowed"),
            after_first_dispense=table.flag("after_first_dispense"),
            **self.cited(table),
        )

    def sensitivity(self, table: Table) -> values.Sensitivity:
        return values.Sensitivity(miu_per_ml=table.number("miu_per_ml"), **self.cited(table))

    def test_interval(self, table: Table) -> values.TestInterval:
        _expect(table, anchor="first dose or latest test", counts="exclusive", zone="program")
        return values.TestInterval(
            days=table.number("days"),
            irregular_days=table.number("irregular_days"),
            weekly_days=table.number("weekly_days") if table.has("weekly_days") else None,
            **self.cited(table),
        )

    def confirmation(self, table: Table) -> values.Confirmation:
        ends = table.choice("ends", ("with the authorization if earlier", "with the authorization if it has an end"))
        hours_only_without_end = ends == "with the authorization if it has an end"
        hours = table.number("hours")
        return values.Confirmation(hours=hours, hours_only_without_end=hours_only_without_end, **self.cited(table))

    def ship_same_day(self, table: Table) -> values.Value:
        _expect(table, anchor="confirmed", zone="pharmacy")
        return self.value(table)

    def period(self, table: Table) -> values.Period:
        _expect(table, anchor="last dose", counts="exclusive", zone="program")
        days = table.number("days") if table.has("days") else None
        months = table.number("months") if days is None else None
        return values.Period(days=days, months=months, **self.cited(table))

    def final_test(self, table: Table) -> values.FinalTest:
        _expect(table, anchor="last dose", counts="exclusive", zone="program")
        due_days, advice = table.number("due_days"), table.flag("advice")
        return values.FinalTest(days=table.number("days"), due_days=due_days, advice=advice, **self.cited(table))

    def after_stop(self, table: Table) -> values.AfterStop:
        return values.AfterStop(
            contraception=self.by_category(table, "contraception", self.period),
            blood_donation=self.by_category(table, "blood_donation", self.period),
            semen_donation=self.by_category(table, "semen_donation", self.period),
            return_unused=table.build("return_unused", self.days("last dose", "exclusive")),
            test_at_stop=table.build_optional("test_at_stop", self.value),
            final_test=table.build_optional("final_test", self.final_test),
        )

    def blood_count(self, table: Table) -> values.BloodCount:
        _expect(table, anchor="first dose", zone="program")
        return values.BloodCount(weeks=table.number("weeks"), **self.cited(table))

    def by_category(self, table: Table, key: str, builder: Callable[[Table], T]) -> dict[str, T]:
        """An array of tables, each for the categories it names; a category named twice is refused."""
        built: dict[str, T] = {}
        for one in table.tables(key):
            codes = one.texts("categories", self.categories)
            value = finish(one, builder)
            for code in codes:
                if code in built:
                    raise one.error("categories", f"each category once under {key}; {code} is there twice")
                built[code] = value
        return built


def _expect(table: Table, **literals: str) -> None:
    for key, literal in literals.items():
        table.choice(key, (literal,))


def _counting(table: Table) -> values.Counting:
    return values.Counting(table.choice("counts", tuple(values.Counting)))
