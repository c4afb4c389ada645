"""A million imported entries against a bare COPY of the same rows into a table with the same indexes."""

import datetime as dt

from django.db import connection

from benchmarks.ground import CELLS_A_COUNT, days_between, default_age_set, make_place, staying_counts
from benchmarks.timing import Ratio, seconds
from measurements.exchange import bulk

ENTRIES = 1_000_000
COLUMNS = "uuid, headcount_id, place_id, date, at, gender, age_band_id, people, way, reason, by_id"


def run() -> Ratio:
    """The shorter of two rounds of each, in turns, each import into a place of its own."""
    rounds = [_round(f"importen-{number}") for number in range(2)]
    ours, bare = (min(times) for times in zip(*rounds, strict=True))
    return Ratio(f"import of {ENTRIES:,} entries and more against bare COPY", ours, bare, limit=2.5)


def _round(slug: str) -> tuple[float, float]:
    place, person = make_place(slug)
    age_set = default_age_set()
    days = days_between(dt.date(2024, 1, 1), dt.date(2025, 12, 31))
    counts = list(staying_counts(place, days, a_day=ENTRIES // CELLS_A_COUNT // len(days) + 1))
    ours = seconds(lambda: bulk.load(place=place, counts=counts, age_set_id=age_set.pk, by=person))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE measurements_countentry INCLUDING IDENTITY INCLUDING INDEXES)")
        select = f"SELECT {COLUMNS} FROM measurements_countentry WHERE place_id = %s"  # noqa: S608  our own columns
        cursor.execute(select, [place.pk])
        rows = cursor.fetchall()

        def copy() -> None:
            with cursor.copy(f"COPY bare ({COLUMNS}) FROM STDIN") as target:
                for row in rows:
                    target.write_row(row)

        bare = seconds(copy)
        cursor.execute("DROP TABLE bare")
    if len(rows) < ENTRIES:
        raise AssertionError(f"{len(rows)} entries were measured")
    return ours, bare
