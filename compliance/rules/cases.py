"""One line of a case file, read: docs/contract.md section 1, with its errors."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.rules import events, text
from compliance.rules.events import Event, Method
from compliance.rules.program import NoEdition, Program
from compliance.rules.text import BadValue, Reader
from compliance.rules.verdict import Code, DutyKind, Gate, Party
from compliance.rules.wire import read_event, read_key, read_keys

MAX_STEPS = 5000
MAX_ID_DIGITS = 60  # of an id shown in an error


class BadCase(ValueError):
    """A line that is no case. Says which case and step as far as they are known, the key and what was expected."""

    def __init__(
        self, expected: str, *, key: str | None = None, case: str | None = None, step: int | None = None
    ) -> None:
        super().__init__(expected)
        self.expected, self.key, self.case, self.step = expected, key, case, step

    def __str__(self) -> str:
        case = "-" if self.case is None else json.dumps(self.case)
        step = "-" if self.step is None else str(self.step)
        key = "-" if self.key is None else json.dumps(self.key[:MAX_ID_DIGITS])
        return f"case {case}, step {step}, key {key}: expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a step expects of its verdict; only the keys in `given` are compared."""

    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FactStep:
    at: datetime
    event: Event
    expect: Expectation | None = None

    @property
    def learnt_at(self) -> datetime:
        return self.event.recorded_at


@dataclass(frozen=True, slots=True)
class TryStep:
    at: datetime
    gate: Gate
    prescription: str
    pharmacy: str | None = None
    method: Method | None = None
    counselled: bool | None = None
    guide_given: bool | None = None
    expect: Expectation | None = None

    @property
    def learnt_at(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class AskStep:
    at: datetime
    expect: Expectation | None = None

    @property
    def learnt_at(self) -> datetime:
        return self.at


Step = FactStep | TryStep | AskStep


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    program: Program
    steps: tuple[Step, ...]


def _title(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue("text")
    return value


def _steps(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_STEPS:
        raise BadValue(f"a list of at most {MAX_STEPS:,} steps")
    return value


def _nullable_bool(value: Any) -> bool | None:
    return None if value is None else text.read_bool(value)


_DUTY: Mapping[str, Reader] = {
    "duty": text.one_of(tuple(DutyKind)),
    "owner": text.one_of(tuple(Party)),
    "opens_on": text.or_null(text.read_date),
    "due_on": text.read_date,
    "overdue": text.read_bool,
    "advice": text.read_bool,
    "cite": _title,
}


def _expected_duty(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue("a duty as an object")
    return read_keys(value, must={}, may=_DUTY)


_EXPECT: Mapping[str, Reader] = {
    "allowed": _nullable_bool,
    "blockers": text.list_of(text.one_of(tuple(Code))),
    "expires_at": text.or_null(text.read_instant),
    "duties": text.list_of(_expected_duty),
    "no_duties": text.list_of(text.one_of(tuple(DutyKind))),
}


def _expectation(value: Any) -> Expectation:
    if not isinstance(value, dict):
        raise BadValue("an object with allowed, blockers, expires_at, duties or no_duties")
    return Expectation(read_keys(value, must={}, may=_EXPECT))


_CASE: dict[str, Reader] = {"id": text.read_text, "steps": _steps}
_EXPECTS: Mapping[str, Reader] = {"expect": _expectation}
_RELEASE: Mapping[str, Reader] = {"at": text.read_instant, "prescription": text.read_text}
_PHARMACY: Mapping[str, Reader] = {**_RELEASE, "pharmacy": text.read_text}
_TRIES: Mapping[Gate, Mapping[str, Reader]] = {
    Gate.RELEASE: _RELEASE,
    Gate.CONFIRM: _PHARMACY,
    Gate.DISPENSE: {
        **_PHARMACY,
        "method": text.one_of(("handover", "ship")),
        "counselled": text.read_bool,
        "guide_given": text.read_bool,
    },
    Gate.REVERSE: _PHARMACY,
}


def read_case(line: bytes, programs: Mapping[str, Program]) -> Case:
    """The case that a line says. BadCase where it says none."""
    case: str | None = None
    try:
        content = _parse(line)
        if isinstance(content.get("id"), str):
            case = text.read_text(content["id"])
        head = read_keys(content, must=_CASE | {"program": text.one_of(programs)}, may={"title": _title})
    except BadValue as bad:
        raise BadCase(bad.expected, key=bad.key or "id", case=case) from None
    except NotJson as bad:
        raise BadCase(str(bad)) from None
    program = programs[head["program"]]
    return Case(head["id"], program, tuple(_Reader(head["id"], program).steps(head["steps"])))


class NotJson(ValueError):
    """The line is not one JSON object in UTF-8."""


def _parse(line: bytes) -> dict[str, Any]:
    expected = "one JSON object in UTF-8"
    try:
        content = json.loads(line.decode(), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except RecursionError:
        raise NotJson(f"{expected}, not nested so deep") from None
    except ValueError as error:
        raise NotJson(f"{expected} ({str(error)[:100]})") from None
    if not isinstance(content, dict):
        raise NotJson(expected)
    return content


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key is there twice")
    return content


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


class _Reader:
    """Reads the steps in order, remembering what later ones may refer to."""

    def __init__(self, case: str, program: Program) -> None:
        self.case = case
        self.program = program
        self.learnt_at: datetime | None = None
        self.prescriptions: set[str] = set()
        self.tests: set[str] = set()

    def steps(self, steps: list[Any]) -> Iterator[Step]:
        for index, content in enumerate(steps):
            try:
                step = self._step(content)
                self._refuse_going_back(step, content)
            except BadValue as bad:
                raise BadCase(bad.expected, key=bad.key, case=self.case, step=index) from None
            except NoEdition as error:
                raise BadCase(str(error), key="at", case=self.case, step=index) from None
            yield step

    def _step(self, content: Any) -> Step:
        kinds = [kind for kind in ("fact", "try", "ask") if isinstance(content, dict) and kind in content]
        if len(kinds) != 1:
            raise BadValue('an object with one of "fact", "try", "ask"', kinds[1] if kinds else None)
        if kinds[0] == "fact":
            return self._fact(content)
        return self._try(content) if kinds[0] == "try" else self._ask(content)

    def _fact(self, content: dict[str, Any]) -> FactStep:
        expect = read_key(content, "expect", _expectation) if "expect" in content else None
        said = {key: value for key, value in content.items() if key != "expect"}
        event = read_event(said, categories=self.program.categories)
        self._remember(event)
        return FactStep(event.at, event, expect)

    def _remember(self, event: Event) -> None:
        match event:
            case events.PrescriptionWritten():
                self._new(self.prescriptions, event.prescription, "prescription")
            case events.PregnancyTestResulted():
                self._new(self.tests, event.test, "test")
            case events.PregnancyTestCorrected() | events.PregnancyTestVoided():
                _expect_known(self.tests, event.test, "test")

    @staticmethod
    def _new(known: set[str], name: str, key: str) -> None:
        if name in known:
            raise BadValue("an id that no step before has", key)
        known.add(name)

    def _try(self, content: dict[str, Any]) -> TryStep:
        gate = Gate(read_key(content, "try", text.one_of(tuple(Gate))))
        values = read_keys(content, must=_TRIES[gate], may=_EXPECTS, besides=("try",))
        _expect_known(self.prescriptions, values["prescription"], "prescription")
        self.program.gates_at(values["at"])
        return TryStep(gate=gate, **values)

    def _ask(self, content: dict[str, Any]) -> AskStep:
        read_key(content, "ask", text.one_of(("plan",)))
        values = read_keys(content, must={"at": text.read_instant}, may=_EXPECTS, besides=("ask",))
        self.program.gates_at(values["at"])
        return AskStep(**values)

    def _refuse_going_back(self, step: Step, content: dict[str, Any]) -> None:
        if self.learnt_at is not None and step.learnt_at < self.learnt_at:
            key = "recorded_at" if "recorded_at" in content else "at"
            raise BadValue(f"an instant not before that of the step before, {text.write_instant(self.learnt_at)}", key)
        self.learnt_at = step.learnt_at


def _expect_known(known: set[str], name: str, key: str) -> None:
    if name not in known:
        raise BadValue("an id from the steps before", key)
