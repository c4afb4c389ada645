"""The day log is lines that are added: nobody's line replaces another's, and none is written twice."""

import datetime as dt
from importlib import import_module
from uuid import uuid4

import pgtrigger
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from activities.actions import add_to_day_log
from activities.models import DayLog, DayLogLine
from activities.queries import lines_of
from places.models import Place, User
from places.trash import throw_away
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
NOTE = "/p/lilltorget/log/2026-11-23/note/"


@pytest.fixture
def line(place: Place, host: User) -> DayLogLine:
    return factories.DayLogLineFactory.create(place=place, by=host, text="Solen kom fram.")


def address(line: DayLogLine) -> str:
    return f"/p/lilltorget/log/{line.date}/lines/{line.pk}/"


def test_two_who_have_today_open_both_keep_their_line(place: Place, host: User, manager: User, client: Client) -> None:
    for person, words in ((host, "Kören sjöng."), (manager, "Kommunen var på besök.")):
        client.force_login(person)
        client.post(NOTE, {"text": words, "uuid": str(uuid4())})
    assert [(line.text, line.by) for line in lines_of(place, TODAY)] == [
        ("Kören sjöng.", host),
        ("Kommunen var på besök.", manager),
    ]
    page = client.get("/p/lilltorget/").content.decode()
    assert page.index("Kören sjöng.") < page.index("Kommunen var på besök.")
    assert "Host Ek, 12:00" in page


def test_a_line_that_is_sent_twice_is_written_once(place: Place, as_host: Client) -> None:
    sent = {"text": "Kören sjöng.", "uuid": str(uuid4())}
    as_host.post(NOTE, sent)
    as_host.post(NOTE, sent)
    assert [line.text for line in lines_of(place, TODAY)] == ["Kören sjöng."]
    # The same form with other words: both are kept.
    as_host.post(NOTE, sent | {"text": "Kören sjöng två gånger."})
    assert [line.text for line in lines_of(place, TODAY)] == ["Kören sjöng.", "Kören sjöng två gånger."]


def test_the_form_carries_a_name_of_its_own(place: Place, as_host: Client) -> None:
    names = {as_host.get("/p/lilltorget/").context["note"]["uuid"].value() for _look in range(2)}
    assert len(names) == 2


def test_a_line_is_put_right_and_its_history_tells(line: DayLogLine, as_manager: Client) -> None:
    seen = as_manager.get(address(line)).context["form"]["seen"].value()
    as_manager.post(address(line), {"text": "Solen kom fram efter regnet.", "seen": seen})
    line.refresh_from_db()
    assert line.text == "Solen kom fram efter regnet."
    assert line.by.name == "Host Ek"
    assert "Solen kom fram." in as_manager.get(address(line)).content.decode()


def test_changed_by_two_both_versions_are_shown_and_nothing_is_saved(line: DayLogLine, as_manager: Client) -> None:
    seen = as_manager.get(address(line)).context["form"]["seen"].value()
    DayLogLine.objects.filter(pk=line.pk).update(text="Det regnade.")
    response = as_manager.post(address(line), {"text": "Det snöade.", "seen": seen})
    page = response.content.decode()
    assert "Det regnade." in page
    assert "Det snöade." in page
    line.refresh_from_db()
    assert line.text == "Det regnade."
    again = response.context["form"]["seen"].value()
    as_manager.post(address(line), {"text": "Det snöade.", "seen": again})
    line.refresh_from_db()
    assert line.text == "Det snöade."


def test_a_line_without_words_is_refused_and_what_was_there_stays(line: DayLogLine, as_host: Client) -> None:
    seen = as_host.get(address(line)).context["form"]["seen"].value()
    response = as_host.post(address(line), {"text": " ", "seen": seen})
    assert list(response.context["form"].errors) == ["text"]
    with pytest.raises(DatabaseError), transaction.atomic():
        DayLogLine.objects.filter(pk=line.pk).update(text="")


def test_an_empty_note_and_one_for_a_locked_day_keep_what_was_typed(place: Place, host: User, as_host: Client) -> None:
    assert list(as_host.post(NOTE, {"text": ""}).context["form"].errors) == ["__all__"]
    factories.PeriodLockFactory.create(place=place, by=host)
    response = as_host.post("/p/lilltorget/log/2026-08-03/note/", {"text": "För sent."})
    assert "För sent.</textarea>" in response.content.decode()
    with pytest.raises(ValidationError):
        add_to_day_log(place=place, day=dt.date(2026, 8, 3), text="För sent.", by=host)
    with pytest.raises(DatabaseError, match="locked period"), transaction.atomic():
        factories.DayLogLineFactory.create(place=place, date=dt.date(2026, 8, 3))
    assert not DayLogLine.objects.exists()


def test_a_refused_note_does_not_take_the_weather_away(place: Place, as_host: Client) -> None:
    factories.DayLogFactory.create(place=place, weather="snow", temperature=-4, tags=["press"])
    form = as_host.post(NOTE, {"text": ""}).context["form"]
    assert [form[name].value() for name in ("weather", "temperature", "tags")] == ["snow", "-4", ["press"]]


def test_a_removed_line_can_be_taken_back(line: DayLogLine, host: User, as_host: Client) -> None:
    throw_away(thing=line, by=host)
    assert lines_of(line.place, TODAY) == []
    assert as_host.get(address(line)).status_code == 404
    as_host.post(f"/p/lilltorget/trash/daylogline/{line.pk}/back/")
    assert lines_of(line.place, TODAY) == [line]


def test_what_logs_said_before_becomes_lines(place: Place, host: User) -> None:
    """Locked days and thrown away logs too; taken back, the words stand in the log again."""
    early = dt.date(2026, 8, 3)
    at = timezone.now() - dt.timedelta(days=3)
    factories.DayLogFactory.create(place=place, date=early, by=host)
    factories.DayLogFactory.create(place=place, by=host, trashed_at=at, trashed_by=host)
    DayLog.objects.update(text="Varmt.\nLugnt.", changed_at=at)
    factories.PeriodLockFactory.create(place=place, by=host)
    migration = import_module("activities.migrations.0009_day_log_lines")
    # The table has no triggers yet when this is run.
    with pgtrigger.ignore():
        migration.lines_from_texts(apps, None)
    found = DayLogLine.objects.values_list("date", "text", "by", "written_at", "trashed_at")
    assert sorted(found, key=lambda row: row[0]) == [
        (early, "Varmt.\nLugnt.", host.pk, at, None),
        (TODAY, "Varmt.\nLugnt.", host.pk, at, at),
    ]
    assert set(DayLog.objects.values_list("text", flat=True)) == {""}
    migration.texts_from_lines(apps, None)
    assert DayLog.objects.get(date=early).text == "Varmt.\nLugnt."
