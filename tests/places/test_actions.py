"""What the forms already refuse is refused by the actions and the database as well."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from places import actions
from places.matching_bar import matching_bar
from places.models import OpeningException, Place, User
from places.queries import money
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db


def test_set_normal_week_refuses_locked_days(place: Place, admin: User) -> None:
    factories.PeriodLockFactory.create(place=place, first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 31))
    with pytest.raises(ValidationError):
        actions.set_normal_week(place=place, first=TODAY, week={}, by=admin)
    assert place.opening_hours.filter(valid_to=None).count() == 6


def test_set_normal_week_leaves_the_other_place_alone(place: Place, other_place: Place, admin: User) -> None:
    actions.set_normal_week(place=place, first=TODAY, week={0: (dt.time(8), dt.time(9))}, by=admin)
    assert place.opening_hours.filter(valid_to=None).count() == 1
    assert other_place.opening_hours.filter(valid_to=None).count() == 6


@pytest.mark.parametrize("way", ["insert", "update", "delete"])
def test_the_database_keeps_the_exceptions_of_a_locked_period(place: Place, way: str) -> None:
    exception = factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 9, 14))
    factories.PeriodLockFactory.create(place=place)
    rows = OpeningException.objects.filter(pk=exception.pk)
    write: dict[str, Callable[[], object]] = {
        "insert": lambda: factories.OpeningExceptionFactory.create(place=place, date=dt.date(2026, 9, 15)),
        "update": lambda: rows.update(date=dt.date(2026, 12, 1)),
        "delete": rows.delete,
    }
    with pytest.raises(IntegrityError, match="is in a locked period"), transaction.atomic():
        write[way]()
    assert rows.get().date == dt.date(2026, 9, 14)


def test_the_database_knows_no_exception_with_one_time_only(place: Place) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.OpeningExceptionFactory.create(place=place, opens=dt.time(10), closes=None)
    assert connection.is_usable()


def test_matching_bar_leaves_out_a_party_without_money(place: Place) -> None:
    contract = factories.ContractFactory.create(place=place)
    payer = factories.PartyFactory.create(contract=contract)
    factories.PartyFactory.create(contract=contract)
    factories.PledgeFactory.create(party=payer, amount=Decimal(10))
    bar = matching_bar(money(contract, 2026, TODAY))
    assert bar is not None
    assert [party.width for party in bar.brackets] == [1000]
    assert (bar.middle, bar.late) == (0, ())
