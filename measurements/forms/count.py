"""The sheet a count is typed on, corrections to it, gaps, and the filter of the list."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Occurrence
from measurements import rules
from measurements.actions import Appended, CountData, EntryData, append_entries, default_age_set, record_headcount
from measurements.models import AgeBand, CountEntry, Gap, Gender, Headcount, Level, Measure
from measurements.models.count import HeadcountQuerySet
from measurements.queries import EarlierCount, same_weekday_before
from measurements.rules import CellKey, Ground
from places.bounds import day_from
from places.models import Line, Place, User, Zone
from places.models.place import validate_unlocked
from places.periods import Kind as PeriodKind
from places.periods import Period

# More than this many times the usual is asked about, when there is enough to know the usual by.
UNUSUAL = 3
FEWEST_EARLIER = 2
# Below this many people three times as many is nothing to ask about.
SMALL = 10
ALL = "all"
NO_NAMES = _("No names, and nothing that points out a person.")

_COLUMNS: dict[str, tuple[int, ...]] = {
    Level.GENDER_AGE: (Gender.WOMAN, Gender.MAN, Gender.NOT_CLASSIFIED),
    Level.GENDER: (Gender.WOMAN, Gender.MAN, Gender.NOT_CLASSIFIED),
    Level.AGE: (Gender.NOT_CLASSIFIED,),
    Level.TOTAL: (Gender.NOT_CLASSIFIED,),
}
_WITH_AGE = (Level.GENDER_AGE, Level.AGE)
_WITH_GENDER = (Level.GENDER_AGE, Level.GENDER)


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TimeField(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PeopleField(forms.IntegerField):
    """A number of people; empty is not typed, and stands for none."""

    default_error_messages: ClassVar = {"invalid": _("Type a whole number of people.")}

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "0"})
        super().__init__(required=False, widget=widget, validators=[rules.validate_people], **kwargs)


@dataclass(frozen=True)
class Row:
    """A row of the grid: its age, a field for each column, and the sum of what is typed."""

    label: str | Promise
    age_judged: bool
    cells: list[BoundField]
    total: int


@dataclass(frozen=True)
class Column:
    """A column of the grid: its gender, and the sum of what is typed."""

    gender: int
    label: str | Promise
    total: int


class HeadcountForm(forms.Form):
    """One count as it is typed: where, when, and people by gender and age. The parts make the total."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    zone = forms.ModelChoiceField(Zone.objects.none(), label=_("Zone"), empty_label=_("Choose a zone"))
    line = forms.ModelChoiceField(Line.objects.none(), label=_("Counting line"), empty_label=_("Choose a line"))
    date = DateField(label=_("Date"))
    time = TimeField(label=_("Time"))
    minutes = forms.IntegerField(
        label=_("Minutes counted"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Passing is shown per hour, so it needs the minutes."),
    )
    total = PeopleField(
        label=_("Total, if you could not judge everyone"),
        help_text=_("Those beyond what you typed above are saved as not classified."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300, help_text=NO_NAMES)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  passed on
        place: Place,
        measure: str,
        level: str,
        occurrence: Occurrence | None,
        **kwargs: Any,  # noqa: ANN401  passed on
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place, self.measure, self.level, self.occurrence = place, measure, level, occurrence
        self.doubts: dict[str, str] = {}
        self.age_set = default_age_set()
        self.bands: list[AgeBand] = list(self.age_set.bands.all())
        self.asked = frozenset(self.initial)
        self._start()
        self._keep_own_fields()
        for gender, band in self._keys():
            self.fields[_cell_name(gender, band)] = PeopleField(label=self._cell_label(gender, band))

    def _start(self) -> None:
        now = timezone.localtime()
        for name, value in (("uuid", uuid4()), ("date", now.date()), ("time", now.strftime("%H:%M"))):
            self.initial.setdefault(name, value)

    def _keep_own_fields(self) -> None:
        """A measure has its own ground; an occurrence has its own day and hour."""
        own = {
            Measure.STAYING: {"zone", "date", "time"},
            Measure.PASSING: {"line", "date", "time", "minutes"},
            Measure.PARTICIPATING: set[str](),
        }[Measure(self.measure)]
        for name in {"zone", "line", "date", "time", "minutes"} - own:
            del self.fields[name]
        if self.level == Level.TOTAL:
            del self.fields["total"]
        for name, rows in (("zone", self.place.zones), ("line", self.place.lines)):
            if name in own:
                self.fields[name].queryset = rows.filter(_in_use())  # type: ignore[attr-defined]  # a choice of rows

    # --- The grid

    def _genders(self) -> tuple[int, ...]:
        return _COLUMNS[self.level]

    def _rows(self) -> list[AgeBand | None]:
        return [*self.bands, None] if self.level in _WITH_AGE else [None]

    def _keys(self) -> Iterator[tuple[int, AgeBand | None]]:
        genders = (*self._genders(), Gender.OTHER) if self.level in _WITH_GENDER else self._genders()
        return ((gender, band) for band in self._rows() for gender in genders)

    def _cell_label(self, gender: int, band: AgeBand | None) -> str:
        if self.level == Level.TOTAL:
            return gettext("Number of people")
        age = "" if self.level not in _WITH_AGE else str(band) if band else gettext("age not judged")
        column = str(Gender(gender).label) if self.level in _WITH_GENDER else ""
        return " ".join(part for part in (column, age) if part)

    def _number(self, name: str) -> int:
        """What stands in a cell now, for the sums beside it; nothing where it is not a number."""
        typed = str(self[name].value() or "").strip()
        return int(typed) if typed.isdecimal() else 0

    @property
    def columns(self) -> list[Column]:
        return [
            Column(
                gender,
                # May be broken after the stroke, where columns are narrow.
                str(Gender(gender).label).replace("/", "/\u200b") if self.level in _WITH_GENDER else _("All"),
                sum(self._number(_cell_name(gender, band)) for band in self._rows()),
            )
            for gender in self._genders()
        ]

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                label=str(band) if band else _("age not judged") if self.level in _WITH_AGE else _("All ages"),
                age_judged=band is not None or self.level not in _WITH_AGE,
                cells=[self[_cell_name(gender, band)] for gender in self._genders()],
                total=sum(self._number(_cell_name(gender, band)) for gender, own in self._keys() if own == band),
            )
            for band in self._rows()
        ]

    @property
    def others(self) -> list[tuple[str | Promise, BoundField]]:
        """The fields for those who say another gender themselves, with their age."""
        if self.level not in _WITH_GENDER:
            return []
        labels = [(str(band) if band else _("age not judged"), band) for band in self._rows()]
        return [(label, self[_cell_name(Gender.OTHER, band)]) for label, band in labels]

    @property
    def others_total(self) -> int:
        return sum(self._number(field.name) for _label, field in self.others)

    @property
    def people(self) -> int:
        return sum(self._number(_cell_name(gender, band)) for gender, band in self._keys())

    @property
    def cell_errors(self) -> list[BoundField]:
        return [field for field in self if field.name.startswith("cell-") and field.errors]

    # --- Where and when

    @property
    def grounds(self) -> list[Zone | Line]:
        """The zones or lines to choose from, whose instructions the page shows."""
        name = {Measure.STAYING: "zone", Measure.PASSING: "line"}.get(Measure(self.measure))
        return list(self.fields[name].queryset) if name else []  # type: ignore[attr-defined]  # a choice of rows

    @property
    def another_time(self) -> bool:
        """Whether the day or the time is worth showing: it was chosen, or is wrong."""
        return self.is_bound or bool({"date", "time"} & self.asked)

    @property
    def chosen_ground(self) -> Ground | None:
        """The ground as it stands in the form, typed or from the start."""
        if self.measure == Measure.PARTICIPATING:
            return self.occurrence
        name = "zone" if self.measure == Measure.STAYING else "line"
        chosen = str(self[name].value() or "")
        return next((ground for ground in self.grounds if str(ground.pk) == chosen), None)

    @property
    def earlier(self) -> list[EarlierCount]:
        """The last values of the same weekday; none before a ground and a day are chosen."""
        day = self.occurrence.date if self.occurrence else day_from(str(self["date"].value()))
        return earlier_counts(self.place, self.measure, self.chosen_ground, day) if day else []

    # --- Cleaning and saving

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._clean_when(data)
        self._ask("minutes", lambda: rules.validate_minutes(self.measure, data.get("minutes")))
        self.cells: dict[CellKey, int] = {
            (gender, band.pk if band else None): data.get(_cell_name(gender, band)) or 0
            for gender, band in self._keys()
        }
        parts = sum(self.cells.values())
        self._ask("total", lambda: self._add_remainder(rules.remainder(data.get("total"), parts)))
        self._ask(None, lambda: rules.validate_ground(self.place, self.measure, self._ground(data)), needs_ground=True)
        if not self.cell_errors and "total" not in self.errors:
            self._ask(None, lambda: rules.validate_somebody(self.cells, nobody=self.nobody))
        if not self.errors:
            self._doubt()
        return data

    @property
    def nobody(self) -> bool:
        return "nobody" in self.data

    def _ask(self, name: str | None, rule: Any, *, needs_ground: bool = False) -> None:  # noqa: ANN401  a rule
        """Put what the rule says beside the field, unless the field is already wrong or missing."""
        missing = {"zone", "line"} & self.errors.keys() if needs_ground else {name} & self.errors.keys()
        if missing or (name is not None and name not in self.fields):
            return
        try:
            rule()
        except ValidationError as error:
            self.add_error(name, error)

    def _clean_when(self, data: Mapping[str, Any]) -> None:
        if self.occurrence is not None:
            occurrence = self.occurrence
            self.started_at = occurrence.starts_at
            self._ask(None, lambda: rules.validate_day(self.place, occurrence.date, occurrence=occurrence))
        elif data.get("date") and data.get("time"):
            self.started_at = timezone.make_aware(dt.datetime.combine(data["date"], data["time"]))
            self._ask("date", lambda: rules.validate_day(self.place, data["date"]))
            if "date" not in self.errors:
                self._ask("time", lambda: rules.validate_start(self.started_at))

    def _add_remainder(self, people: int) -> None:
        cell = (Gender.NOT_CLASSIFIED.value, None)
        self.cells[cell] += people

    def _ground(self, data: Mapping[str, Any]) -> Ground | None:
        return self.occurrence or data.get("zone") or data.get("line")

    def _doubt(self) -> None:
        """Unlikely, but saved if the counter says that it is right."""
        people = sum(self.cells.values())
        earlier = self.earlier
        if "people-sure" in self.data or people < SMALL or len(earlier) < FEWEST_EARLIER:
            return
        usual = median(_rate(one.people, one.minutes) for one in earlier)
        if _rate(people, self.cleaned_data.get("minutes")) > UNUSUAL * usual:
            self.doubts["people"] = gettext(
                "%(people)s is more than three times a normal %(weekday)s here. Is it right?"
            ) % {"people": people, "weekday": date_format(self.started_at, "l").lower()}

    def save(self, by: User) -> tuple[Headcount, bool]:
        """The count, and whether it is new: a form sent twice saves once. May raise what `record_headcount` raises."""
        data = self.cleaned_data
        ground = self._ground(data)
        assert ground is not None  # noqa: S101  clean has asked
        count = CountData(
            uuid=data["uuid"],
            measure=self.measure,
            ground=ground,
            level=self.level,
            started_at=self.started_at,
            minutes=data.get("minutes"),
            note=data["note"],
            age_set=self.age_set,
        )
        return record_headcount(place=self.place, by=by, count=count, cells=self.cells, nobody=self.nobody)


def earlier_counts(place: Place, measure: str, ground: Ground | None, day: dt.date) -> list[EarlierCount]:
    """For an occurrence those of its series."""
    same = ground.series if isinstance(ground, Occurrence) else ground
    return same_weekday_before(place, measure, same, day) if same else []


def _rate(people: int, minutes: int | None) -> float:
    """Passing counts of different length are compared per minute, all others as they are."""
    return people / minutes if minutes else people


def _cell_name(gender: int, band: AgeBand | None) -> str:
    return f"cell-{int(gender)}-{band.pk if band else 'x'}"


def _in_use() -> Q:
    return Q(ended_on__isnull=True) | Q(ended_on__gte=timezone.localdate())


class CorrectionForm(forms.Form):
    """More or fewer people in one cell of a saved count, with the reason: a line more in the ledger."""

    uuid = forms.UUIDField(widget=forms.HiddenInput)
    cell = forms.ChoiceField(label=_("Who"))
    people = forms.IntegerField(
        label=_("More or fewer people"),
        help_text=_("Minus for fewer, such as −2."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        validators=[MaxValueValidator(rules.MOST_PEOPLE)],
        error_messages={"invalid": _("Type a whole number, with a minus for fewer.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=NO_NAMES,
        error_messages={"required": _("Write why the number is corrected.")},
    )

    def __init__(self, *args: Any, headcount: Headcount, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        # A typed minus is often the typographic one.
        if args and args[0] is not None:
            args = ({**args[0].dict(), "people": args[0].get("people", "").replace("−", "-")}, *args[1:])
        super().__init__(*args, **kwargs)
        self.headcount = headcount
        self.initial.setdefault("uuid", uuid4())
        self.fields["cell"].choices = self._choices()  # type: ignore[attr-defined]  # a choice field

    def _choices(self) -> list[tuple[str, str]]:
        level = self.headcount.level
        genders = (*_COLUMNS[level], Gender.OTHER) if level in _WITH_GENDER else _COLUMNS[level]
        bands: list[AgeBand | None] = [*self.headcount.age_set.bands.all(), None] if level in _WITH_AGE else [None]
        return [(_cell_name(gender, band), cell_words(level, gender, band)) for gender in genders for band in bands]

    def clean_people(self) -> int:
        people: int = self.cleaned_data["people"]
        if people == 0:
            raise ValidationError(_("Type how many more or fewer."))
        return people

    def save(self, by: User) -> Appended:
        """May raise what `append_entries` raises."""
        data = self.cleaned_data
        _name, gender, band = data["cell"].split("-")
        # A form sent twice is the same correction, made when it first came.
        sent_before = self.headcount.entries.filter(uuid=data["uuid"]).first()
        entry = EntryData(
            uuid=data["uuid"],
            at=sent_before.at if sent_before else timezone.now(),
            gender=int(gender),
            age_band_id=None if band == "x" else int(band),
            people=data["people"],
            way=CountEntry.Way.CORRECTION,
            reason=data["reason"],
        )
        return append_entries(headcount=self.headcount, entries=[entry], by=by)


def cell_words(level: str, gender: int, band: AgeBand | None) -> str:
    """A cell as one says it: “woman/girl 25–44”."""
    if level == Level.TOTAL:
        return gettext("people")
    if gender == Gender.NOT_CLASSIFIED and band is None:
        return str(Gender.NOT_CLASSIFIED.label)
    words = [str(Gender(gender).label)] if level in _WITH_GENDER else []
    if level in _WITH_AGE:
        words.append(str(band) if band else gettext("age not judged"))
    return " ".join(words)


class GapForm(forms.ModelForm[Gap]):
    """Days on which nothing was counted, and why."""

    class Meta:
        model = Gap
        fields = ("measure", "first", "last", "reason", "note")
        widgets: ClassVar = {
            "first": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "last": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, place: Place, by: User, **kwargs: Any) -> None:  # noqa: ANN401  passed on
        super().__init__(*args, **kwargs)
        self.instance.place, self.instance.by = place, by
        self.fields["note"].help_text = NO_NAMES
        self.fields["measure"].choices = [("", _("nothing at all was counted")), *Measure.choices]  # type: ignore[attr-defined]
        self.fields["measure"].help_text = ""
        self.fields["reason"].choices = [("", _("Choose a reason")), *Gap.Reason.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("first", "last"):
            if data.get(name):
                try:
                    validate_unlocked(self.instance.place, data[name])
                except ValidationError as error:
                    self.add_error(name, error)
        return data


class HeadcountFilter(forms.Form):
    """Which counts the list shows. What cannot be read is left at its start."""

    period = forms.ChoiceField(label=_("Period"))
    measure = forms.ChoiceField(label=_("Measure"))
    ground = forms.ChoiceField(label=_("Where"))
    level = forms.ChoiceField(label=_("Completeness"))

    def __init__(self, data: Mapping[str, Any], *, place: Place) -> None:
        today = timezone.localdate()
        start = Period.containing(today, PeriodKind.QUARTER).code
        asked = _readable(data.get("period", "")) or start
        chosen = {name: data.get(name) or ALL for name in ("measure", "ground", "level")}
        super().__init__({**chosen, "period": asked})
        zones = [(f"zone-{zone.pk}", zone.name) for zone in place.zones.all()]
        lines = [(f"line-{line.pk}", line.name) for line in place.lines.all()]
        self._offer("period", _periods(today, place.started_on, asked))
        self._offer("measure", [(ALL, _("all, apart")), *Measure.choices])
        self._offer("ground", [(ALL, _("everywhere")), (_("Zones"), zones), (_("Counting lines"), lines)])
        self._offer("level", [(ALL, _("all")), *Level.choices])

    def _offer(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    @property
    def chosen_period(self) -> Period:
        return Period.parse(self.data["period"])

    def of(self, place: Place) -> HeadcountQuerySet:
        self.is_valid()
        data = self.cleaned_data
        found: HeadcountQuerySet = place.headcounts.during(self.chosen_period)
        for name in ("measure", "level"):
            if data.get(name, ALL) != ALL:
                found = found.filter(**{name: data[name]})
        if data.get("ground", ALL) != ALL:
            kind, key = data["ground"].split("-")
            found = found.filter(**{f"{kind}_id": key})
        return found


def _readable(code: str) -> str:
    try:
        return Period.parse(code).code
    except ValueError:
        return ""


def _periods(today: dt.date, since: dt.date, asked: str) -> list[Any]:
    """Weeks, months, quarters and years from today back to the place's first day, at most so many of each."""

    def back(kind: PeriodKind, most: int) -> list[tuple[str, str]]:
        period = Period.containing(today, kind)
        found: list[tuple[str, str]] = []
        while len(found) < most and period.last >= since:
            found.append((period.code, period.label))
            period = period.previous()
        return found

    groups = [
        (_("Weeks"), back(PeriodKind.WEEK, 4)),
        (_("Months"), back(PeriodKind.MONTH, 12)),
        (_("Quarters"), back(PeriodKind.QUARTER, 8)),
        (_("Years"), back(PeriodKind.YEAR, 10)),
    ]
    known = {code for _name, choices in groups for code, _label in choices}
    chosen = [] if asked in known else [(asked, Period.parse(asked).label)]
    return [*chosen, *groups]
