"""Small scope: scenes in which a patient is ready for the first release, and the kinds of event that may follow."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.differential.edges import clock_changes
from tests.oracle.days import add_months, days, midnight, on
from tests.oracle.tables import PROGRAMS, Category, Edition, Program

SCENES = (
    ("us-pomalidomide", "adult-female-can", "adult-female-cannot"),
    ("us-lenalidomide", "adult-male", "adult-female-can"),
    ("us-thalidomide", "child-female-can", "child-female-cannot"),
    ("us-ipledge", "can", "cannot"),
    ("us-ipledge", "cannot", "can"),
    ("eu-pomalidomide", "wcbp", "male"),
    ("uk-pomalidomide", "male", "wcbp"),
    ("de-pomalidomide", "wcbp", "wncbp"),
)
NUMBERS = ("negative", "positive", "exclude", "release", "confirm", "dispense", "reverse", "change", "agree", "void")
COURSES = ("negative", "release", "confirm", "dispense", "reverse", "stop", "start", "write", "agree", "enrol")
ALPHABETS = {"numbers": NUMBERS, "courses": COURSES}
TRIES = {"release", "confirm", "dispense", "reverse"}
PHARMACY = {"pharmacy": "harbour"}
TICKED = {"method": "handover", "counselled": True, "guide_given": True}


@dataclass
class Scene:
    """What a sequence needs to remember between its events."""

    program: Program
    categories: tuple[str, str]
    now: datetime
    changed: int = 0
    tests: list[str] = field(default_factory=list)
    prescriptions: int = 0
    numbers: int = 0

    @property
    def category(self) -> str:
        """The current category's code."""
        return self.categories[self.changed % 2]

    @property
    def prescription(self) -> str:
        """The latest prescription."""
        return f"rx-{self.prescriptions}"

    def copy(self) -> "Scene":
        """A scene of its own for one more event."""
        return Scene(
            self.program,
            self.categories,
            self.now,
            self.changed,
            list(self.tests),
            self.prescriptions,
            self.numbers,
        )

    def edition(self) -> Edition:
        """The edition in force at the scene's moment."""
        today = on(self.now, self.program.zone)
        return [edition for edition in self.program.editions if edition.starts_on <= today][-1]

    def numbers_of(self) -> Category:
        """The current category's numbers."""
        return self.edition().categories[self.category]

    def text(self) -> str:
        """The moment in the program's zone."""
        return self.now.astimezone(self.program.zone).isoformat()


def opening(rng: Random) -> tuple[Scene, list[dict]]:
    """A scene drawn by seed, close to a clock change, and the steps that lead to it."""
    code, category, other = rng.choice(SCENES)
    program = PROGRAMS[code]
    changes = [at for at, _ in clock_changes(program.zone) if 2024 <= at.year <= 2030]
    at = rng.choice(changes) - timedelta(seconds=rng.randint(0, 9 * 86400))
    scene = Scene(program, (category, other), at - timedelta(days=60))
    steps = [
        step(scene, "prescriber.certified", prescriber="dr-a"),
        step(scene, "pharmacy.certified", pharmacy="harbour"),
        step(scene, "patient.enrolled", category=category, birth_date=born(scene)),
        step(scene, "agreement.signed", category=category),
        step(scene, "contraception.stated", methods=["implant", "male-condom"], since=str(on(scene.now, program.zone))),
    ]
    for back in (40, 12, 0):
        scene.now = at - timedelta(days=back)
        if scene.numbers_of().can:
            steps += event(scene, "negative")
    return scene, steps + event(scene, "write")


def born(scene: Scene) -> str:
    """A birth date that fits the category's age."""
    years = 10 if scene.numbers_of().age == "child" else 40
    return str(add_months(on(scene.now, scene.program.zone), -12 * years))


def step(scene: Scene, fact: str, **keys: object) -> dict:
    """A fact of this moment."""
    return {"fact": fact, "at": scene.text()} | keys


def event(scene: Scene, kind: str) -> list[dict]:
    """The facts of one kind of event, of this moment. Tries are not made here."""
    if kind in {"negative", "positive"}:
        scene.numbers += 1
        scene.tests.append(f"t-{scene.numbers}")
        keys = {"collected_at": scene.text(), "result": kind, "sensitivity": 25, "setting": "lab"}
        return [step(scene, "test.resulted", test=scene.tests[-1], **keys)]
    if kind == "void":
        return [step(scene, "test.voided", test=scene.tests.pop(), reason="label")] if scene.tests else []
    if kind == "write":
        return written(scene)
    scene.changed += kind == "change"
    name, keys = {
        "change": ("category.changed", {"category": scene.category, "reason": "changed"}),
        "enrol": ("patient.enrolled", {"category": scene.category, "birth_date": born(scene)}),
        "agree": ("agreement.signed", {"category": scene.category}),
        "exclude": ("pregnancy.excluded", {}),
        "stop": ("treatment.stopped", {}),
        "start": ("treatment.started", {}),
    }[kind]
    return [step(scene, name, **keys)]


def written(scene: Scene) -> list[dict]:
    """A prescription with all its papers."""
    scene.prescriptions += 1
    rx, edition = scene.prescription, scene.edition()
    steps = [
        step(scene, "counselled", prescription=rx),
        step(scene, "prescription.written", prescription=rx, prescriber="dr-a", days_supply=28),
        step(scene, "survey.completed", by="patient"),
    ]
    if edition.prescriber_survey:
        steps.append(step(scene, "survey.completed", by="prescriber", prescription=rx))
    return steps + [step(scene, "form.signed", form=form, prescription=rx) for form in edition.forms]


def attempt(scene: Scene, gate: str) -> dict:
    """A try of this moment on the latest prescription."""
    keys = {"try": gate, "at": scene.text(), "prescription": scene.prescription}
    if gate != "release":
        keys |= PHARMACY
    return keys | (TICKED if gate == "dispense" else {})


def boundaries(at: datetime, program: Program) -> list[datetime]:
    """Every boundary counted from a moment: 24 hours, and the midnights at which some window of some program ends."""
    today = on(at, program.zone)
    ends = [today + days(number) for number in (1, 4, 7, 8, 15, 19, 21, 28, 30, 31)]
    ends += [add_months(today, 1) + days(1), add_months(today, 12)]
    return [at + timedelta(hours=24), *(midnight(end, program.zone) for end in ends)]
