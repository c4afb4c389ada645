# ruff: noqa: E501  the header rows are as wide as in a real file
"""Studies in the Public Life Data Protocol: made by hand in the shape of real ones, with the same traps."""

import datetime as dt
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.utils import translation

from measurements.exchange import pldp
from measurements.models import CountEntry, DailyCount, Headcount, Level, Measure
from places.models import Place, User
from tests import factories

BANDS = frozenset({0, 5, 15, 25, 45, 65})
TODAY = dt.date(2026, 11, 23)

MOVING = """\
Unique_ID,Location_ID,Survey_ID,Date,Start_time,End_time,Row_ID,Row_Total,Male,Female,Gender Unknown,GroupSize_1,GroupSize_2,GroupSize_10+,Notes
0,TOR1,Weekday1_Morning,20260602,0801,0811,1,13,,,,1,1,1,
1,TOR1,Weekday1_Morning,20260602,0811,0821,2,21,12,8,1,,,,"Kiosken
stängd"
2,TOR2,Weekday1_Morning,20260602,2355,0005,2,0,0,0,0,,,,
"""
STAYING = """\
Unique_ID,Location_ID,Survey_ID,Date,Start_time,End_time,Row_ID,Row_Total,Male,Female,Gender_Unknown,White,Age_0-4,Age_5-14,Age_15-24,Age_25-44,Age_45-64,Age_65+,Standing
0,TOr1,Weekday1_Morning,20260602,0830,0840,1,1,,1,,1,,,,1,,,1
1,TOR1,Weekday1_Morning,20260602,0820,0830,2,1,,1,,,,,,1,,,1
2,TOR1,Weekday1_Morning,20260602,0820,0830,3,1,,,1,,1,,,,,,
3,TOR1,Weekday1_Morning,20260602,0820,0830,4,1,1,,,1,,,,,,,1
4,TOR2,Weekday1_Morning,20260602,0850,0860,1,0,,,,,,,,,,,
"""
LOCATIONS = '''\
Location_ID,Location_Geometry,Location_Name_Primary,Location_Name_Secondary,Element_Key
TOR1,"""geometry"": {
        ""type"": ""LineString""
      }",NORRA TORGET,VID KIOSKEN,7
TOR2,,SÖDRA TORGET,,7
'''


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "Life_-_People_Moving.csv").write_text(MOVING)
    (folder / "Life_-_People_Staying.csv").write_text(STAYING, encoding="utf-8-sig")
    (folder / "Life_-_Locations.csv").write_text(LOCATIONS)
    return folder


def _change(study: Path, part: str, old: str, new: str) -> None:
    (file,) = study.glob(f"*{part}.csv")
    text = file.read_text(encoding="utf-8-sig")
    assert text.count(old) >= 1
    file.write_text(text.replace(old, new, 1))


def _problems(study: Path) -> list[str]:
    with pytest.raises(pldp.StudyError) as caught:
        pldp.read_study(study, today=TODAY, bands=BANDS)
    return [str(problem) for problem in caught.value.problems]


def test_rows_of_people_moving_stay_counts_of_their_own(study: Path) -> None:
    counts = pldp.read_study(study, today=TODAY, bands=BANDS).counts
    moving = [(c.level, c.people, c.minutes, c.cells) for c in counts if c.measure == Measure.PASSING]
    assert moving == [
        (Level.TOTAL, 13, 10, {(0, None): 13}),
        (Level.GENDER, 21, 10, {(1, None): 8, (2, None): 12, (0, None): 1}),
        (Level.GENDER, 0, 10, {(1, None): 0, (2, None): 0, (0, None): 0}),
    ]


def test_rows_of_people_staying_are_persons_of_one_visit(study: Path) -> None:
    counts = pldp.read_study(study, today=TODAY, bands=BANDS).counts
    staying = [(c.location, c.start, c.cells) for c in counts if c.measure == Measure.STAYING]
    assert staying == [
        ("TOR1", dt.datetime(2026, 6, 2, 8, 20), {(1, 25): 2, (0, 0): 1, (2, None): 1}),
        ("TOR2", dt.datetime(2026, 6, 2, 8, 50), {}),
    ]


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        ("Moving", "Notes", "Wether", "Life_-_People_Moving.csv: The column wether is not in the protocol."),
        ("Moving", "Row_Total", "Notes2", "Life_-_People_Moving.csv: The column row_total is missing."),
        ("Moving", ",21,12,8,1", ",21,12,-8,1", "Life_-_People_Moving.csv, row 3: female is negative: -8."),
        (
            "Moving",
            ",21,12,8,1",
            ",21,12,8.5,1",
            "Life_-_People_Moving.csv, row 3: female holds “8.5”, not a whole number.",
        ),
        (
            "Moving",
            ",21,12,8,1",
            ",20,12,8,1",
            "Life_-_People_Moving.csv, row 3: The parts make 21, more than the total 20.",
        ),
        (
            "Moving",
            ",21,12,8,1",
            ",22,12,8,1",
            "Life_-_People_Moving.csv, row 3: The parts make 21, less than the total 22.",
        ),
        (
            "Moving",
            ",1,13,,,,1,1,1",
            ",1,12,,,,1,1,1",
            "Life_-_People_Moving.csv, row 2: The parts make 13, more than the total 12.",
        ),
        ("Moving", ",1,13,,,,1,1,1", ",1,,,,,1,1,1", "Life_-_People_Moving.csv, row 2: row_total is empty."),
        (
            "Moving",
            "20260602,0801",
            "20270602,0801",
            "Life_-_People_Moving.csv, row 2: The date 2027-06-02 is in the future.",
        ),
        ("Moving", "0801,0811", "0801,0801", "Life_-_People_Moving.csv, row 2: The count ends when it begins."),
        (
            "Moving",
            "20260602,0801",
            "2 juni,0801",
            "Life_-_People_Moving.csv, row 2: Date and times are not like 20180802 0801 0811: “2 juni 0801 0811”.",
        ),
        ("Moving", "TOR2", "TOR9", "Life_-_Locations.csv: No location TOR9."),
        (
            "Staying",
            "Age_65+",
            "Age_66+",
            "Life_-_People_Staying.csv: The age band age_66+ does not begin where a band of ours does.",
        ),
        (
            "Staying",
            "1,1,,1,,1,,,,1",
            "1,1,1,1,,1,,,,1",
            "Life_-_People_Staying.csv, row 2: A row of people staying is one person, of one gender and one age band.",
        ),
        (
            "Staying",
            "0860,1,0,,",
            "0860,1,0,1,",
            "Life_-_People_Staying.csv, row 6: The total is 0, but a person is described.",
        ),
        (
            "Staying",
            "0860,1,0,,",
            "0860,1,x,,",
            "Life_-_People_Staying.csv, row 6: row_total holds “x”, not a whole number.",
        ),
        ("Staying", "Survey_ID", "Survey", "Life_-_People_Staying.csv: The column survey_id is missing."),
        ("Locations", "Location_ID", "Location", "Life_-_Locations.csv: The column location_id is missing."),
    ],
)
def test_what_is_wrong_is_said_where_it_is(study: Path, part: str, old: str, new: str, expected: str) -> None:
    _change(study, part, old, new)
    assert expected in _problems(study)


def test_all_that_is_wrong_is_said_at_once(study: Path) -> None:
    _change(study, "Moving", ",21,12,8,1", ",21,12,-8,x")
    assert _problems(study) == [
        "Life_-_People_Moving.csv, row 3: female is negative: -8.",
        "Life_-_People_Moving.csv, row 3: gender_unknown holds “x”, not a whole number.",
    ]


def test_another_encoding_is_named_and_not_guessed(study: Path) -> None:
    (study / "Life_-_Locations.csv").write_text(LOCATIONS, encoding="latin-1")
    assert _problems(study) == [
        "Life_-_Locations.csv: The file is not UTF-8 (byte 186). Save it as CSV UTF-8 and try again."
    ]


def test_an_empty_file_is_no_table(study: Path) -> None:
    (study / "Life_-_People_Moving.csv").write_text("")
    assert _problems(study) == ["Life_-_People_Moving.csv: The file is not a CSV table: No columns to parse from file."]


def test_a_missing_file_is_missed(study: Path) -> None:
    (study / "Life_-_People_Moving.csv").unlink()
    assert _problems(study) == ["study: Expected one CSV file with “moving” in its name, found 0."]


def _import(study: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_pldp", study, "--place", "lilltorget", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def ready(place: Place, admin: User) -> Place:
    assert admin.memberships.filter(place=place).exists()
    factories.AgeSetFactory.create()
    return place


def test_import_counts_in_the_ledger(study: Path, ready: Place) -> None:
    assert _import(study) == (
        "Moving, total only (Row_ID 1): 13 people in 1 counts, 0 zero\n"
        "Moving, by gender (Row_ID 2): 21 people in 2 counts, 1 zero\n"
        "Staying, by gender and age: 4 people in 2 counts, 1 zero\n"
        "  passing not_classified: 1 (-: 1)\n"
        "  passing woman: 8 (-: 8)\n"
        "  passing man: 12 (-: 12)\n"
        "  passing other: 0 ()\n"
        "  staying not_classified: 1 (-: 0, 0: 1)\n"
        "  staying woman: 2 (25: 2)\n"
        "  staying man: 1 (-: 1)\n"
        "  staying other: 0 ()\n"
        "Added 5 counts; 0 were there already.\n"
    )
    assert list(
        ready.headcounts.filter(measure=Measure.PASSING).values_list("line__name", "people").order_by("started_at")
    ) == [
        ("TOR1 NORRA TORGET", 13),
        ("TOR1 NORRA TORGET", 21),
        ("TOR2 SÖDRA TORGET", 0),
    ]


def test_import_again_changes_nothing(study: Path, ready: Place) -> None:
    _import(study)
    before = list(CountEntry.objects.values_list("uuid", "people").order_by("pk"))
    assert _import(study).endswith("Added 0 counts; 5 were there already.\n")
    assert list(CountEntry.objects.values_list("uuid", "people").order_by("pk")) == before


def test_dry_run_prints_the_same_and_saves_nothing(study: Path, ready: Place) -> None:
    dry = _import(study, "--dry-run").splitlines()
    assert (Headcount.objects.count(), DailyCount.objects.count(), ready.zones.count()) == (0, 0, 0)
    assert dry[:-1] == _import(study).splitlines()[:-1]
    assert dry[-1] == "Dry run, nothing saved: would add 5 counts; 0 were there already."


def test_import_refuses_what_it_cannot_stand_by(study: Path, ready: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no place nowhere"):
        call_command("import_pldp", study, "--place", "nowhere")
    with pytest.raises(CommandError, match="is not a folder"):
        _import(tmp_path / "nothing")
    with pytest.raises(CommandError, match="Name a member with --by"):
        _import(study, "--by", "nobody@example.se")
    _change(study, "Moving", ",21,12,8,1", ",21,12,-8,1")
    with pytest.raises(CommandError, match="Nothing was imported:\n.*row 3: .*negative"):
        _import(study)
    assert Headcount.objects.count() == 0


def test_import_needs_an_age_set(study: Path, ready: Place) -> None:
    from measurements.models import AgeSet

    AgeSet.objects.update(is_default=False)
    with pytest.raises(CommandError, match="no default age set"):
        _import(study)


def test_import_refuses_days_before_the_place_began(study: Path, ready: Place) -> None:
    Place.objects.update(started_on=TODAY)
    with pytest.raises(CommandError, match="was not in operation on 2026-06-02"):
        _import(study)


def test_import_refuses_a_locked_day(study: Path, ready: Place, manager: User) -> None:
    factories.PeriodLockFactory.create(place=ready, first=dt.date(2026, 4, 1), last=dt.date(2026, 6, 30), by=manager)
    with pytest.raises(CommandError, match="Nothing was imported: .*Manager Ek"):
        _import(study, "--by", manager.email)


@pytest.mark.realdata
def test_seattle_2018_gives_the_published_totals(ready: Place) -> None:
    Place.objects.update(started_on=dt.date(2018, 1, 1))
    out = _import(Path(os.environ["AMP_REAL_DATA"]) / "gehl-seattle-2018")
    assert "Moving, total only (Row_ID 1): 28810 people in 864 counts" in out
    assert "Moving, by gender (Row_ID 2): 27808 people in 864 counts" in out
    assert "Staying, by gender and age: 6395 people in 864 counts, 142 zero" in out
    cells = DailyCount.objects.filter(place=ready, measure=Measure.STAYING)
    by_gender = dict(cells.values_list("gender").annotate(Sum("people")))
    assert by_gender == {0: 39, 1: 2_728, 2: 3_628}
    by_age = dict(cells.filter(people__gt=0).values_list("age_band__lower").annotate(Sum("people")))
    assert by_age == {0: 95, 5: 166, 15: 694, 25: 3_466, 45: 1_585, 65: 389}
    passing = DailyCount.objects.filter(place=ready, measure=Measure.PASSING, level=Level.GENDER)
    assert dict(passing.values_list("gender").annotate(Sum("people"))) == {0: 162, 1: 12_107, 2: 15_539}
