"""The people, their place, and a date that stands still."""

import gc
import hashlib
import inspect
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from activities.programme import throttle
from places.models import Membership, Place, User
from tests import clock, factories

STOCKHOLM, NOW = clock.STOCKHOLM, clock.NOW
TODAY = NOW.date()

# A machine that is busy is no reason to fail: tests measure no time.
hypothesis_settings.register_profile("amp", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("amp")

# Playwright runs an event loop in the test's thread, and Django is used from the same thread on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


class _InTurn(LoadFileScheduling):
    """A file's tests stay together, but for those with a browser: one of them takes as long as a file, and they end
    the run, so whichever core is free takes the next."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    return _InTurn(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real data is read only where it lies: elsewhere those tests are skipped, and say why."""
    if os.environ.get("AMP_REAL_DATA"):
        return
    skip = pytest.mark.skip(reason="AMP_REAL_DATA is not set: the published data sets are not on this machine")
    for item in items:
        if "realdata" in item.keywords:
            item.add_marker(skip)


# Databases that hold what the migrations make, and nothing else, have this before their migrations' checksum.
MIGRATED = "amp_migrated_"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """
    Test databases are copies of one that the migrations were run on: once for all workers, and for all runs until a
    migration is changed. Django then looks whether anything is left to migrate, as ever.
    """
    with django_db_blocker.unblock():
        template = _migrated()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict["TEST"], "TEMPLATE", template)
        yield


def _migrated() -> str:
    """The name of the database to copy; made where it is missing, and those of other migrations dropped."""
    name = MIGRATED + _checksum()
    quoted = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        # Another worker waits until this one is done.
        cursor.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(MIGRATED.encode())])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [MIGRATED])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for old in known:
                cursor.execute(f"DROP DATABASE {quoted(old)}")
            half_made = f"{MIGRATED}half_made"
            cursor.execute(f"CREATE DATABASE {quoted(half_made)} TEMPLATE template0")
            _migrate(half_made)
            cursor.execute(f"ALTER DATABASE {quoted(half_made)} RENAME TO {quoted(name)}")
    return name


def _checksum() -> str:
    """Of every migration, ours and the libraries'."""
    migrations = MigrationLoader(None).disk_migrations.values()
    files = sorted(Path(inspect.getfile(type(one))) for one in migrations)
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _migrate(name: str) -> None:
    """In half of the time: it makes and drops thousands of classes, so garbage is not looked for, nor lines traced."""
    tracer = sys.gettrace()
    sys.settrace(None)
    gc.disable()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", name)
        connection.close()
        call_command("migrate", verbosity=0)
        connection.close()
    gc.enable()
    sys.settrace(tracer)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keys begin where a square's are after some months: a page that writes one as a number for reading breaks."""
    gc.collect()
    # What stands by now stays to the end of the run, and need not be looked through again.
    gc.freeze()
    # A test leaves little that only the search would find; looking seldom saves a tenth of all the time.
    gc.set_threshold(100_000, 20, 50)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT setval(pg_get_serial_sequence(quote_ident(table_name), column_name), 12345)
                 FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'"""
        )
    with django_db_blocker.unblock():
        database_clock.install()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The hash of a real password costs most of a second on purpose; nearly every test makes people."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _photos_in_memory() -> Iterator[None]:
    """No test leaves a file behind."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"default": memory}):
        yield


database_clock = clock.DatabaseClock()


@pytest.fixture(autouse=True)
def _still(request: pytest.FixtureRequest) -> Iterator[None]:
    """
    Time stands still at NOW. With a browser it runs on: from the moment that the test is marked with, or from the one
    that was chosen for the run, or from the real one.
    """
    with_browser = "browser" in request.keywords
    marked = request.node.get_closest_marker("moment")
    moment = (clock.moment_of(marked.args[0]) if marked else clock.chosen()) if with_browser else NOW
    if request.node.get_closest_marker("django_db") or "django_db_setup" in request.fixturenames:
        request.getfixturevalue("django_db_setup")
        with request.getfixturevalue("django_db_blocker").unblock():
            database_clock.start_at(moment, anew=with_browser)
    if moment is None:
        yield
    else:
        with time_machine.travel(moment, tick=with_browser):
            yield


@pytest.fixture(autouse=True)
def _nothing_asked_before() -> None:
    """All tests ask from one address, and most at one moment."""
    throttle.counted.reset()


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    """Each test begins in the default language, whatever a page or a command before it chose."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def place(db: None) -> Place:
    """Lilltorget of the tests, open 10-17 from Monday to Saturday since 1 January 2025."""
    return factories.PlaceFactory.create(slug="lilltorget", name="Lilltorget")


@pytest.fixture
def other_place(db: None) -> Place:
    """A place that none of the people below may see."""
    return factories.PlaceFactory.create(slug="annantorget", name="Annantorget")


def _member(place: Place, role: str) -> User:
    user = factories.UserFactory.create(email=f"{role}@example.se", name=f"{role.title()} Ek")
    factories.MembershipFactory.create(user=user, place=place, role=role)
    return user


@pytest.fixture
def host(place: Place) -> User:
    return _member(place, Membership.Role.HOST)


@pytest.fixture
def manager(place: Place) -> User:
    return _member(place, Membership.Role.MANAGER)


@pytest.fixture
def analyst(place: Place) -> User:
    return _member(place, Membership.Role.ANALYST)


@pytest.fixture
def admin(place: Place) -> User:
    return _member(place, Membership.Role.ADMIN)


@pytest.fixture
def funder(place: Place) -> User:
    """Represents an organisation that is a party to the place's contract."""
    user = factories.UserFactory.create(email="funder@example.se", name="Finn Ansiär")
    party = factories.PartyFactory.create(contract__place=place)
    factories.RepresentativeFactory.create(user=user, organisation=party.organisation)
    return user


@pytest.fixture
def stranger(other_place: Place) -> User:
    """Runs another place, and has nothing to do with this one."""
    user = factories.UserFactory.create(email="stranger@example.se", name="Främ Ling")
    factories.MembershipFactory.create(user=user, place=other_place, role=Membership.Role.ADMIN)
    return user


@pytest.fixture
def as_host(client: Client, host: User) -> Client:
    client.force_login(host)
    return client


@pytest.fixture
def as_manager(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def as_analyst(client: Client, analyst: User) -> Client:
    client.force_login(analyst)
    return client


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def as_funder(client: Client, funder: User) -> Client:
    client.force_login(funder)
    return client
