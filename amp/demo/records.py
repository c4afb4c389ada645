"""What needed care, and what people said: invented, and the same for the same square and day."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from activities.models import CareCase, Voice
from amp.demo.square import ONE_DAY, Stage

Category, Channel, Subject = CareCase.Category, Voice.Channel, Voice.Subject

# So many cases a month in the first half-year, and after it: the square is better kept than it was.
AT_FIRST, THEN = (10, 12), (5, 8)
FIRST_MONTHS = 6
# Days until mended: half of them four or fewer.
DAYS = (0, 0, 1, 1, 2, 3, 4, 4, 4, 5, 6, 8, 11, 15, 24)
# What the hosts do not mend themselves is reported within these days.
SOON = (0, 0, 1, 2)
# The latest so many wait, so that there is something to mend whatever the day.
WAITING = 4
VOICES_A_MONTH = (3, 5)
CONSENTED, USABLE = 0.65, 0.85

CARE = (
    (Category.CLEANING, "vid papperskorgen i trappan", "Full korg, skräp runt om."),
    (Category.CLEANING, "under taket", "Krossat glas, sopat och märkt ut."),
    (Category.CLEANING, "vid fontänen", "Duvor har smutsat ner två bänkar."),
    (Category.GRAFFITI, "elskåpet", "Klotter på två sidor."),
    (Category.GRAFFITI, "hubbens baksida", "Klotter, ungefär en kvadratmeter."),
    (Category.DAMAGE, "tredje trappsteget", "Lös sten, konad."),
    (Category.DAMAGE, "bänken mot söder", "En sittbräda är av."),
    (Category.DAMAGE, "cykelstället", "Ett ställ har lossnat från marken."),
    (Category.ORDER, "gången mot gatan", "Leveransbil har ställts så att gången är stängd."),
    (Category.ORDER, "vid scenen", "Elsparkcyklar ligger i ledstråket."),
    (Category.LIGHT, "lyktan vid klockan", "Släckt sedan i går."),
    (Category.LIGHT, "under taket", "Två armaturer blinkar."),
)

SAID = (
    ("Här får jag prata bort en stund varje onsdag.", (Subject.MEETING,)),
    ("Barnen frågar på morgonen om det är torgdag.", (Subject.PROGRAMME,)),
    ("Det är skönt att någon är här när det blir mörkt.", (Subject.SAFETY,)),
    ("Vi säljer bättre de dagar ni har något på scenen.", (Subject.TRADE,)),
    ("Jag saknar bänkar i skuggan.", (Subject.COMFORT,)),
    ("Det är för mörkt i passagen, jag går runt.", (Subject.SAFETY, Subject.CARE)),
    ("Så fint det blev när klottret försvann.", (Subject.CARE,)),
    ("Schacket är veckans höjdpunkt för mig.", (Subject.PROGRAMME, Subject.MEETING)),
    ("Musiken kunde vara lite lägre på lördagarna.", (Subject.PROGRAMME,)),
    ("Jag har lärt känna mina grannar här.", (Subject.MEETING,)),
    ("Mer grönt, och något att plocka från!", (Subject.COMFORT,)),
    ("Kunderna stannar längre sedan soffan kom.", (Subject.TRADE, Subject.COMFORT)),
    ("Toaletten är stängd för ofta.", (Subject.CARE,)),
    ("Det känns som vårt torg nu.", ()),
)

# An association publishes these itself; every third one has told us nothing.
ROLES = ("Kansliet", "Styrelsen", "")


@dataclass(frozen=True)
class Case:
    category: str
    where: str
    note: str
    seen_on: dt.date
    # None while it waits.
    reported_on: dt.date | None
    fixed_on: dt.date | None


@dataclass(frozen=True)
class Said:
    date: dt.date
    quote: str
    channel: str
    tags: tuple[str, ...]
    consent: str
    may_use: bool


def care(stage: Stage, opened: Collection[dt.date]) -> list[Case]:
    """Seen on open days before today; the latest may wait still."""
    random = stage.random("care")
    cases = []
    for number, month in enumerate(_months(opened, stage.today)):
        many = random.randint(*(AT_FIRST if number < FIRST_MONTHS else THEN))
        # The month that runs has had its part of them.
        share = min(1.0, len(month) / 24)
        for seen in sorted(random.choices(month, k=round(many * share))):
            category, where, note = random.choice(CARE)
            fixed = seen + random.choice(DAYS) * ONE_DAY
            reported = seen + random.choice(SOON) * ONE_DAY if category in {Category.DAMAGE, Category.LIGHT} else None
            if reported and reported >= stage.today:
                reported = None
            fixed_on = max(fixed, reported or seen)
            cases.append(Case(category, where, note, seen, reported, fixed_on if fixed_on < stage.today else None))
    return [*cases[:-WAITING], *(_waiting(case) for case in cases[-WAITING:])]


def _waiting(case: Case) -> Case:
    """Not mended, and reported at once unless the hosts see to it themselves."""
    own = case.category in {Category.CLEANING, Category.ORDER}
    return replace(case, fixed_on=None, reported_on=None if own else case.seen_on)


def voices(stage: Stage, opened: Collection[dt.date]) -> list[Said]:
    """A few each month; not everyone is asked, and not everyone lets it be used."""
    random = stage.random("voices")
    said = []
    for month in _months(opened, stage.today):
        for day in sorted(random.choices(month, k=random.randint(*VOICES_A_MONTH))):
            quote, tags = random.choice(SAID)
            given = random.random() < CONSENTED
            said.append(
                Said(
                    date=day,
                    quote=quote,
                    channel=random.choice(Channel.values),
                    tags=tuple(tags),
                    consent=Voice.Consent.GIVEN if given else Voice.Consent.NOT_ASKED,
                    may_use=given and random.random() < USABLE,
                )
            )
    return said


def contact(stage: Stage, name: str) -> tuple[str, str]:
    """The role and the address by which an invented association is reached; empty where it has told neither."""
    role = stage.random(f"contact {name}").choice(ROLES)
    letters = "".join(letter for letter in name.lower().translate(str.maketrans("åäöé", "aaoe")) if letter.isalnum())
    return (role, f"kontakt@{letters}.example") if role else ("", "")


def _months(opened: Collection[dt.date], today: dt.date) -> list[list[dt.date]]:
    """The open days before today, month by month."""
    months: dict[tuple[int, int], list[dt.date]] = {}
    for day in sorted(opened):
        if day < today:
            months.setdefault((day.year, day.month), []).append(day)
    return list(months.values())
