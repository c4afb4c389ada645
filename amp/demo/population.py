"""
Residents on 31 December 2019 as Statistics Sweden published them: the demo's only figures that are not invented.

The squares' own municipalities are invented and have none, so the source says whose residents they are.
"""

from measurements.models import Gender, Population

YEAR = 2019
BANDS = ((0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None))
SOURCES = {"0136": "SCB, Haninge kommun, 31 december 2019", "0380": "SCB, Uppsala kommun, 31 december 2019"}
RESIDENTS = {
    # Haninge
    "0136": {
        Gender.MAN: (3_232, 6_249, 5_575, 14_199, 11_189, 6_478),
        Gender.WOMAN: (3_130, 5_912, 5_164, 13_062, 10_549, 7_356),
    },
    # Uppsala
    "0380": {
        Gender.MAN: (6_898, 13_535, 15_961, 35_729, 24_578, 17_632),
        Gender.WOMAN: (6_529, 12_961, 16_322, 34_254, 25_366, 21_002),
    },
}


def add_population() -> None:
    """Rows that are there already stay as they are."""
    Population.objects.bulk_create(
        [
            Population(
                municipality_code=code,
                year=YEAR,
                gender=gender,
                lower=lower,
                upper=upper,
                people=people,
                source=SOURCES[code],
            )
            for code, genders in RESIDENTS.items()
            for gender, numbers in genders.items()
            for (lower, upper), people in zip(BANDS, numbers, strict=True)
        ],
        ignore_conflicts=True,
    )
