"""A square, its parts, when it is promised open, when it was, and which days are closed for changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from places.geometry import area_m2, validate_boundary
from places.models.people import SWEDISH, Membership, Representative
from places.rounding import rounded
from places.tracking import tracked

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from places.models.people import User


class PlaceQuerySet(models.QuerySet["Place"]):
    def visible_to(self, user: User | AnonymousUser) -> PlaceQuerySet:
        """Places where the person works, or that an organisation they represent helps to pay for."""
        if not user.is_authenticated:
            return self.none()
        works = Membership.objects.filter(user=user, place=OuterRef("pk"))
        return self.filter(Exists(works) | Exists(_representing(user)))

    def run_by(self, user: User) -> PlaceQuerySet:
        """Places where the person has a role of their own, each with that role as `role_held`."""
        return self.filter(memberships__user=user).annotate(role_held=F("memberships__role"))

    def paid_by(self, user: User) -> PlaceQuerySet:
        """Places that an organisation helps to pay for which the person represents."""
        return self.filter(Exists(_representing(user)))

    def listed(self) -> PlaceQuerySet:
        """Practice comes last, and not at all once a newer one has taken its place."""
        real = Q(practice_of__isnull=True)
        return self.filter(real | Q(ended_on__isnull=True)).order_by(F("practice_of").asc(nulls_first=True), "name")


def _representing(user: User) -> models.QuerySet[Representative]:
    """Nobody pays for practice, whatever contract is tried out there."""
    contracts = {"organisation__parties__contract__place": OuterRef("pk")}
    return Representative.objects.filter(
        user=user, organisation__parties__contract__place__practice_of=None, **contracts
    )


@tracked()
class Place(models.Model):
    """A square (AMP) that an operator runs."""

    slug = models.SlugField(
        _("address name"), unique=True, help_text=_("The name in the web address, such as lilltorget.")
    )
    name = models.CharField(_("name"), max_length=80, db_collation=SWEDISH)
    operator = models.ForeignKey(
        "places.Organisation", on_delete=models.PROTECT, related_name="operated_places", verbose_name=_("operator")
    )
    municipality_code = models.CharField(
        _("municipality code"),
        max_length=4,
        validators=[
            RegexValidator(r"^(0[1-9]|1\d|2[0-5])\d\d$", _("A municipality code is four digits, such as 0380."))
        ],
        help_text=_("Four digits, such as 0380. The population to compare with is chosen by it."),
    )
    municipality_name = models.CharField(_("municipality"), max_length=60, db_collation=SWEDISH)
    boundary = models.JSONField(
        _("boundary"),
        null=True,
        blank=True,
        validators=[validate_boundary],
        help_text=_("A GeoJSON Polygon or MultiPolygon in degrees (WGS 84)."),
    )
    area_m2 = models.PositiveIntegerField(_("area, m²"), null=True, blank=True, editable=False)
    hub = models.CharField(_("hub"), max_length=160, blank=True, help_text=_("Where the hub is: its door or address."))
    closed_on_red_days = models.BooleanField(_("closed on red days"), default=True)
    started_on = models.DateField(_("first day"))
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    is_demo = models.BooleanField(_("example data"), default=False, editable=False)
    programme_is_public = models.BooleanField(
        _("public programme"),
        default=False,
        db_default=False,
        help_text=_("What is published of the plan stands on a page of its own, open to everyone."),
    )
    practice_of: models.ForeignKey[Place | None, Place | None] = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="practices",
        verbose_name=_("practice place of"),
    )

    objects: ClassVar = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="place_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["practice_of"], condition=Q(ended_on__isnull=True), name="one_practice_place_at_a_time"
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="practice_stays_practice",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.practice_of_id IS DISTINCT FROM NEW.practice_of_id"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_practice(self) -> bool:
        """Nothing that happens here is in any report."""
        return self.practice_of_id is not None

    def save(self, *args: object, **kwargs: object) -> None:
        self.area_m2 = int(rounded(area_m2(self.boundary))) if self.boundary else None
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def runs_on(self, day: dt.date) -> bool:
        """Whether the place was in operation on `day`; first and last day counted."""
        return self.started_on <= day and (self.ended_on is None or day <= self.ended_on)

    def locked_on(self, day: dt.date) -> PeriodLock | None:
        """The lock that closes `day` for changes, if there is one."""
        return self.locks.filter(first__lte=day, last__gte=day).first()

    def staff(self) -> models.QuerySet[Membership]:
        return self.memberships.select_related("user").order_by("user__name")


class Zone(models.Model):
    """An area of the square where people stay (delyta)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="zones")
    name = models.CharField(_("name"), max_length=80, db_collation=SWEDISH)
    instruction = models.TextField(_("how to count here"), blank=True, help_text=_("Where to walk and whom to count."))
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("zone")
        verbose_name_plural = _("zones")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="zone_name_once_per_place")]

    def __str__(self) -> str:
        return self.name


class Line(models.Model):
    """A line across which people pass (räknelinje)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(_("name"), max_length=80, db_collation=SWEDISH)
    instruction = models.TextField(
        _("how to count here"), blank=True, help_text=_("Where to stand and which line to watch.")
    )
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("counting line")
        verbose_name_plural = _("counting lines")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["place", "name"], name="line_name_once_per_place")]

    def __str__(self) -> str:
        return self.name


class Weekday(models.IntegerChoices):
    """ISO order from Monday, as `date.weekday()` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class OpeningHours(models.Model):
    """The hours promised on one weekday, for as long as the promise stands."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.SmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day counted; empty: until further notice.")
    )

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering: ClassVar = ["weekday", "valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="hours_close_after_they_open",
                violation_error_message=_("Closing time must be after opening time."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="hours_end_after_they_begin",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_on_a_weekday"),
            models.UniqueConstraint(
                fields=["place", "weekday", "valid_from"], name="one_promise_per_weekday_and_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


def refuse_when_locked(date_column: str = "date") -> list[pgtrigger.Trigger]:
    """Triggers that refuse to write rows of a day inside a lock of their place (`place_id` and a date column).

    One look a statement and not one a row: an import brings a hundred thousand rows.
    """
    seen_by = {
        pgtrigger.Insert: ["new_rows"],
        pgtrigger.Update: ["old_rows", "new_rows"],
        pgtrigger.Delete: ["old_rows"],
    }
    return [_refuse_when_locked(operation, date_column, rows) for operation, rows in seen_by.items()]


def _refuse_when_locked(operation: pgtrigger.Operation, date_column: str, rows: list[str]) -> pgtrigger.Trigger:
    touched = " UNION ALL ".join(f"SELECT place_id, {date_column} AS day FROM {name}" for name in rows)  # noqa: S608
    return pgtrigger.Trigger(
        name=f"refuse_{str(operation).lower()}_when_locked",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(  # type: ignore[no-untyped-call]
            old="old_rows" if "old_rows" in rows else None, new="new_rows" if "new_rows" in rows else None
        ),
        declare=[("locked_day", "date")],
        func=f"""
            SELECT touched.day INTO locked_day
            FROM places_periodlock AS lock
            JOIN ({touched}) AS touched
              ON touched.place_id = lock.place_id AND touched.day BETWEEN lock.first AND lock.last
            LIMIT 1;
            IF locked_day IS NOT NULL THEN
                RAISE EXCEPTION 'amp: % is in a locked period', locked_day USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608  the columns are named in our own code
    )


class SchoolHoliday(models.Model):
    """Days when the schools around a place are closed (skollov), as its municipality has decided."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="school_holidays")
    name = models.CharField(_("name"), max_length=60)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("school holiday")
        verbose_name_plural = _("school holidays")
        ordering: ClassVar = ["first"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="school_holiday_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["place", "first"],
                name="one_school_holiday_begins_a_day",
                violation_error_message=_("Another school holiday begins that day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first}–{self.last}"


class OpeningException(models.Model):
    """A day that differs from the normal week: planned beforehand, or lost."""

    class Reason(models.TextChoices):
        HOLIDAY = "holiday", _("holiday")
        EVENT = "event", _("event")
        TRAINING = "training", _("training")
        WEATHER = "weather", _("weather")
        ILLNESS = "illness", _("illness")
        WORKS = "works", _("building works")
        SAFETY = "safety", _("safety")
        OTHER = "other", _("other")

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="opening_exceptions")
    date = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Leave both times empty for a closed day."))
    closes = models.TimeField(_("closes"), null=True, blank=True)
    planned = models.BooleanField(
        _("planned beforehand"),
        default=True,
        help_text=_("A planned day changes the promise. An unplanned closed day counts as missed."),
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("exception to the opening hours")
        verbose_name_plural = _("exceptions to the opening hours")
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "date"],
                name="one_exception_a_day",
                violation_error_message=_("That day already has an exception."),
            ),
            models.CheckConstraint(
                # Each null is named: a comparison with null is null, and a check lets null pass.
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens")),
                name="exception_closed_or_has_hours",
                violation_error_message=_("Give both times, closing after opening, or neither."),
            ),
        ]
        triggers: ClassVar = refuse_when_locked()

    def __str__(self) -> str:
        return f"{self.date}: {self.get_reason_display()}"

    @property
    def closed(self) -> bool:
        return self.opens is None


class OpenDay(models.Model):
    """A day the hub was in fact open, from when to when."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="open_days")
    date = models.DateField(_("date"))
    opened = models.TimeField(_("opened"))
    closed = models.TimeField(_("closed"), null=True, blank=True)
    told_by = models.ForeignKey("places.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("open day")
        verbose_name_plural = _("open days")
        ordering: ClassVar = ["-date"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "date"], name="opened_once_a_day"),
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(closed__gt=F("opened")),
                name="day_closes_after_it_opens",
                violation_error_message=_("Closing time must be after opening time."),
            ),
        ]
        triggers: ClassVar = refuse_when_locked()

    def __str__(self) -> str:
        return f"{self.date}"


class PeriodLock(models.Model):
    """Days whose figures a funder has been given, and that nobody changes any more."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="locks")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    since = models.DateTimeField(_("since"), auto_now_add=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("locked period")
        verbose_name_plural = _("locked periods")
        ordering: ClassVar = ["-first"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="lock_ends_after_it_begins"),
            models.UniqueConstraint(fields=["place", "first", "last"], name="one_lock_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


def validate_real(place: Place) -> None:
    """Raise ValidationError in words where practice must not go."""
    if place.is_practice:
        raise ValidationError(_("%(place)s is for practice, which is in no report."), "practice", {"place": place})


def validate_unlocked(place: Place, day: dt.date) -> None:
    """Raise ValidationError in words where the trigger would refuse."""
    if lock := place.locked_on(day):
        raise ValidationError(
            _("%(day)s is locked since the report was published %(since)s. Ask %(by)s."),
            code="locked",
            params={"day": date_format(day), "since": date_format(localdate(lock.since)), "by": lock.by},
        )
