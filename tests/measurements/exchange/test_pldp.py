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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from measurements.exchange import pldp
from measurements.models import CountEntry, DailyCount, Headcount, Level, Measure
from places.models import Place, User
from tests import factories

BANDS = {1: frozenset({(0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None)})}
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
        pldp.read_study(study, today=TODAY, age_sets=BANDS)
    return [str(problem) for problem in caught.value.problems]


def test_rows_of_people_moving_stay_counts_of_their_own(study: Path) -> None:
    counts = pldp.read_study(study, today=TODAY, age_sets=BANDS).counts
    moving = [(c.level, c.people, c.minutes, c.cells) for c in counts if c.measure == Measure.PASSING]
    assert moving == [
        (Level.TOTAL, 13, 10, {(0, None): 13}),
        (Level.GENDER, 21, 10, {(1, None): 8, (2, None): 12, (0, None): 1}),
        (Level.GENDER, 0, 10, {(1, None): 0, (2, None): 0, (0, None): 0}),
    ]


def test_rows_of_people_staying_are_persons_of_one_visit(study: Path) -> None:
    counts = pldp.read_study(study, today=TODAY, age_sets=BANDS).counts
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
        ("Moving", "TOR2", "TOR9", "Life_-_People_Moving.csv, row 4: No location TOR9."),
        (
            "Staying",
            "Age_65+",
            "Age_66+",
            "Life_-_People_Staying.csv: The age band age_66+ is in no age set here.",
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
    assert _problems(study) == ["Life_-_People_Moving.csv: The file is empty."]


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


def test_a_baseline_is_older_than_the_place(study: Path, ready: Place) -> None:
    Place.objects.update(started_on=TODAY)
    assert _import(study).endswith("Added 5 counts; 0 were there already.\n")


def test_import_refuses_days_after_the_place_ended(study: Path, ready: Place) -> None:
    Place.objects.update(started_on=dt.date(2020, 1, 1), ended_on=dt.date(2026, 6, 1))
    with pytest.raises(CommandError, match="was not in operation on 2026-06-02"):
        _import(study)


def test_the_protocols_own_bands_are_counted_in_its_own_set(study: Path, ready: Place) -> None:
    _change(
        study,
        "Staying",
        "Age_0-4,Age_5-14,Age_15-24,Age_25-44,Age_45-64,Age_65+",
        "Age_0-14,Age_15-24,Age_25-64,Age_65+,Eating/Drinking,Talking",
    )
    _import(study)
    stored = CountEntry.objects.filter(age_band__isnull=False).values_list(
        "age_band__lower", "age_band__upper", "people"
    )
    # The columns are moved on, so the file's 25–44 are now its own 65+.
    assert sorted(stored) == [(0, 14, 1), (65, None, 2)]
    assert set(Headcount.objects.values_list("age_set__name", flat=True)) == {"PLDP basic"}


def test_a_band_with_another_upper_end_is_refused(study: Path) -> None:
    _change(study, "Staying", "Age_25-44", "Age_25-64")
    assert _problems(study)[0] == "Life_-_People_Staying.csv: The age band age_25-64 is in no age set here."


def test_a_newer_export_with_other_names_adds_nothing(study: Path, ready: Place) -> None:
    _import(study)
    for part in ("Moving", "Staying"):
        (file,) = study.glob(f"*{part}.csv")
        file.write_text(file.read_text(encoding="utf-8-sig").replace("Weekday1_Morning", "WD_AM"))
    with pytest.raises(CommandError, match="5 counts are here under other names"):
        _import(study)
    assert _import(study, "--skip-same").endswith("Added 0 counts; 5 were there already.\n")
    assert Headcount.objects.count() == 5


def test_renamed_places_are_recognised_by_their_counts(study: Path, ready: Place) -> None:
    _import(study)
    _change(study, "Locations", "NORRA TORGET", "NORTH SQUARE")
    assert _import(study).endswith("Added 0 counts; 5 were there already.\n")
    for part in ("Moving", "Staying"):
        (file,) = study.glob(f"*{part}.csv")
        file.write_text(file.read_text(encoding="utf-8-sig").replace("Weekday1_Morning", "WD_AM"))
    said = _import(study, "--dry-run").splitlines()
    assert sum(line.startswith("Same: ") for line in said) == 5
    with pytest.raises(CommandError, match="5 counts are here under other names"):
        _import(study)
    assert _import(study, "--skip-same").endswith("Added 0 counts; 5 were there already.\n")
    assert Headcount.objects.count() == 5


def test_a_corrected_file_is_different_and_the_person_chooses(study: Path, ready: Place) -> None:
    _import(study)
    _change(study, "Moving", ",2,21,12,8,1", ",2,23,14,8,1")
    with pytest.raises(CommandError, match="1 counts are different here. Choose --replace or --keep"):
        _import(study)
    said = _import(study, "--keep")
    assert (
        "row 3: 2026-06-02 08:11, 10 minutes, 21 people; the file has 2026-06-02 08:11, 10 minutes, 23 people" in said
    )
    assert list(Headcount.objects.standing().order_by("people").values_list("people", flat=True)) == [0, 0, 4, 13, 21]
    assert _import(study, "--replace").endswith("Added 1 counts; 4 were there already.\n")
    assert list(Headcount.objects.standing().order_by("people").values_list("people", flat=True)) == [0, 0, 4, 13, 23]
    assert _import(study).endswith("Added 0 counts; 5 were there already.\n")


def test_one_survey_name_on_two_days_is_two_visits(study: Path) -> None:
    _change(study, "Staying", "20260602,0820,0830,4", "20260915,0820,0830,4")
    _change(study, "Staying", "20260602,0820,0830,3", "20260602,1720,1730,3")
    counts = pldp.read_study(study, today=TODAY, age_sets=BANDS).counts
    staying = [(c.start.strftime("%m%d %H"), c.people) for c in counts if c.measure == Measure.STAYING]
    assert staying == [("0602 08", 2), ("0602 17", 1), ("0915 08", 1), ("0602 08", 0)]


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        ("Staying", "1,1,,1,,1,,,,1", "1,1,5,,,1,,,,1", "row 2: A row of people staying is one person, but male is 5."),
        ("Moving", "0801,0811", "1811,0916", "row 2: The count ends at 0916, before it begins at 1811."),
        (
            "Moving",
            "20260602,0801,0811",
            "20260329,0230,0330",
            "row 2: The clocks were changed then: the time stands twice on the clock, or not at all.",
        ),
        ("Moving", "20260602,0801", "10260602,0801", "row 2: The year 1026 cannot be."),
        ("Moving", ",1,13,", ",1,3000000000,", "row 2: row_total is too large: 3000000000."),
        ("Moving", ",1,13,", ",1,1_3,", "row 2: row_total holds “1_3”, not a whole number."),
        ("Moving", ",1,13,", ",1,١٣,", "row 2: row_total holds “١٣”, not a whole number."),
        ("Moving", ",,,,1,1,1,\n", ",,,,1,1,1\n", "row 2: The row has 14 cells where the header has 15."),
        ("Moving", "1,TOR1,Weekday1_Morning,20260602,0811", "1,TOR1,Weekday1_Morning,20260602,0801", ""),
        (
            "Staying",
            "0820,0830,3",
            "0820,0830,2",
            "row 4: The same row_id stands in row 3 already, at this place and time.",
        ),
        (
            "Locations",
            "SÖDRA TORGET",
            "S" * 90,
            f"row 3: The name “TOR2 {'S' * 25}…” has 95 letters; there is room for 80.",
        ),
        ("Locations", "TOR2,", "tor1,", "row 3: The location TOR1 stands in row 2 already."),
    ],
)
def test_rows_that_cannot_be_are_named(study: Path, part: str, old: str, new: str, expected: str) -> None:
    _change(study, part, old, new)
    if expected:
        assert any(problem.endswith(f"csv, {expected}") for problem in _problems(study))
    else:
        pldp.read_study(study, today=TODAY, age_sets=BANDS)


def test_a_row_given_twice_is_named(study: Path) -> None:
    row = MOVING.splitlines()[1]
    _change(study, "Moving", row, f"{row}\n{row}")
    assert _problems(study) == [
        "Life_-_People_Moving.csv, row 3: The same place and time are counted in row 2 already."
    ]


def test_another_separator_is_named(study: Path) -> None:
    (study / "Life_-_People_Moving.csv").write_text(MOVING.replace(",", ";"))
    assert _problems(study)[0].endswith("The columns are separated by “;”; the protocol has commas.")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_files_are_read_or_refused_with_their_name(study: Path, data: st.DataObject) -> None:
    names = {"Moving": MOVING, "Staying": STAYING, "Locations": LOCATIONS}
    part = data.draw(st.sampled_from(sorted(names)))
    text = names[part]
    for _round in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        upto = at + data.draw(st.integers(0, 6))
        new = data.draw(
            st.sampled_from(["", ",", ";", '"', "\n", "\0", "0", "9" * 30, "-1", "١", " ", "x", "2400", "é" * 90])
        )
        text = text[:at] + new + text[upto:]
    for name, file in (("Moving", "People_Moving"), ("Staying", "People_Staying"), ("Locations", "Locations")):
        content = text if name == part else names[name]
        (study / f"Life_-_{file}.csv").write_text(content, encoding="utf-8", newline="")
    found = problems = None
    try:
        found = pldp.read_study(study, today=TODAY, age_sets=BANDS)
    except pldp.StudyError as error:
        problems = error.problems
    if found is None:
        assert problems
        assert all(problem.file and problem.text for problem in problems)
    else:
        starts = [(c.measure, c.level, c.location, c.start, c.people) for c in found.counts]
        assert len(set(starts)) == len(starts)
        assert all(0 < c.minutes <= 24 * 60 and c.people <= 1_000_000 for c in found.counts)
        assert all(len(found.locations[c.location]) <= 80 for c in found.counts)


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
