"""kill -9 of the worker, the web server or the broker at random points loses nothing and doubles nothing."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest

from compliance.services import doorbell
from prescriptions.models import Authorization, Confirmation, Hold
from tests import factories as make
from tests.faults.processes import Counter, Processes, manage
from tests.faults.test_outages import free, held
from tests.faults.whole import faults

SEED = 20240229
POINTS = 30
LATEST_SECONDS = 0.35
OK = 200


@pytest.fixture
def processes(cloned_database, valkey, tmp_path):
    processes = Processes(cloned_database, valkey, tmp_path)
    yield processes
    processes.stop()


@pytest.mark.slow
def test_killing_anything_at_thirty_points_loses_and_doubles_nothing(processes):
    chance = random.Random(SEED)  # noqa: S311 - decides what dies when, nothing secret
    clinic = make.make_clinic()
    counter = Counter(processes.port, clinic.pharmacist)
    freed, confirmed = [], []
    with ThreadPoolExecutor(1) as pharmacist:
        for point in range(POINTS):
            doorbell.listen_again()
            patient, prescription = held(clinic)
            number = make.make_released(clinic, make.make_ready_patient(clinic, category=make.MALE))
            press = partial(counter.press, "/pharmacy/confirm/", authorization=number.pk, attempt=uuid4())
            victim = chance.choice([processes.kill_worker, processes.kill_web, processes.kill_valkey])

            free(clinic, patient)
            pressed = pharmacist.submit(press)
            time.sleep(chance.uniform(0, LATEST_SECONDS))
            victim()

            assert pressed.result() == OK, (point, victim.__name__)
            assert press() == OK  # the same page, sent again
            freed.append(prescription.pk)
            confirmed.append(number.pk)

    done, _ = manage(processes.clone, processes.valkey, "sweep")

    assert done.returncode == 0, done.stderr
    assert Authorization.objects.filter(prescription__in=freed).count() == POINTS
    assert Confirmation.objects.filter(authorization__in=confirmed).count() == POINTS
    assert not Hold.objects.exists()
    assert list(faults()) == []
