"""People counted: a ledger that is only added to, and the daily sums kept beside it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from places.models.place import refuse_when_locked
from places.tracking import tracked

if TYPE_CHECKING:
    from places.periods import Period


class Measure(models.TextChoices):
    """Three measures that are never added together."""

    PASSING = "passing", _("passing")
    STAYING = "staying", _("staying")
    PARTICIPATING = "participating", _("participating")


class Level(models.TextChoices):
    """How finely a count tells people apart."""

    TOTAL = "total", _("total only")
    GENDER = "gender", _("gender")
    AGE = "age", _("age")
    GENDER_AGE = "gender_age", _("gender × age")


class Gender(models.IntegerChoices):
    """Gender as the one who counts perceives it; OTHER only where a person states it."""

    NOT_CLASSIFIED = 0, _("not classified")
    WOMAN = 1, _("woman/girl")
    MAN = 2, _("man/boy")
    OTHER = 3, _("other")


class AgeSet(models.Model):
    """A version of the age bands that people are counted in."""

    name = models.CharField(_("name"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    valid_from = models.DateField(_("from"))
    is_default = models.BooleanField(_("used for new counts"), default=False)

    class Meta:
        verbose_name = _("age set")
        verbose_name_plural = _("age sets")
        ordering: ClassVar = ["name", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "version"], name="age_set_version_once"),
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_age_set"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class AgeBand(models.Model):
    """Whole years of age, both ends counted; the oldest band has no upper end."""

    age_set = models.ForeignKey(AgeSet, on_delete=models.PROTECT, related_name="bands")
    lower = models.PositiveSmallIntegerField(_("from, years"))
    upper = models.PositiveSmallIntegerField(_("to, years"), null=True, blank=True)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        ordering: ClassVar = ["age_set", "lower"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["age_set", "lower"], name="age_bands_begin_apart"),
            models.CheckConstraint(
                condition=Q(upper__isnull=True) | Q(upper__gte=F("lower")), name="age_band_has_width"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lower}+" if self.upper is None else f"{self.lower}–{self.upper}"


class HeadcountQuerySet(models.QuerySet["Headcount"]):
    def during(self, period: Period) -> HeadcountQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))

    def of(self, measure: str) -> HeadcountQuerySet:
        return self.filter(measure=measure)

    def standing(self) -> HeadcountQuerySet:
        """Those that have not been withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def collected(self) -> HeadcountQuerySet:
        """Counts where someone looked: people may be 0 but is not unknown. A withdrawn count was never collected."""
        return self.standing().filter(people__isnull=False)

    def with_ground(self) -> HeadcountQuerySet:
        """With where and by whom, for showing."""
        return self.select_related("zone", "line", "occurrence", "age_set", "by")


def _refuse_to_lose_entries(name: str, operation: pgtrigger.Operation) -> pgtrigger.Trigger:
    """The half of the ledger's foreign key that stands at the count; `keep_daily_counts` is the other."""
    if operation == pgtrigger.Delete:
        lost = "SELECT FROM gone JOIN measurements_countentry AS entry ON entry.headcount_id = gone.id"
        referencing = pgtrigger.Referencing(old="gone")  # type: ignore[no-untyped-call]
    else:
        lost, referencing = "SELECT FROM measurements_countentry", None
    return pgtrigger.Trigger(
        name=f"refuse_{name}_with_entries",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"""
            IF EXISTS ({lost}) THEN
                RAISE EXCEPTION 'amp: a count with entries stays' USING ERRCODE = 'foreign_key_violation';
            END IF;
            RETURN NULL;
        """,
    )


@tracked(exclude=["people"])
class Headcount(models.Model):
    """One count of people: who passed a line, stayed in a zone, or took part in an occurrence."""

    class Method(models.TextChoices):
        MANUAL = "manual", _("by hand")
        SENSOR = "sensor", _("sensor")
        IMPORTED = "imported", _("imported")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # Few indexes, for each costs every import: found by place and day, by ground, and in no other way.
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="headcounts", db_index=False)
    measure = models.CharField(_("measure"), max_length=13, choices=Measure)
    level = models.CharField(_("completeness"), max_length=10, choices=Level, default=Level.GENDER_AGE)
    age_set = models.ForeignKey(
        AgeSet, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("age set")
    )
    zone = models.ForeignKey(
        "places.Zone",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        db_index=False,
        verbose_name=_("zone"),
    )
    line = models.ForeignKey(
        "places.Line",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        db_index=False,
        verbose_name=_("counting line"),
    )
    occurrence = models.ForeignKey(
        "activities.Occurrence",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="headcounts",
        verbose_name=_("occurrence"),
    )
    # The local date stands beside the instant: turning one into the other was most of the cost of large sums.
    date = models.DateField(_("date"))
    started_at = models.DateTimeField(_("started"))
    minutes = models.PositiveSmallIntegerField(_("minutes counted"), null=True, blank=True)
    # Told by a phone when its count was over; then the minutes are those counted, and no longer those planned.
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=8, choices=Method, default=Method.MANUAL)
    note = models.CharField(_("note"), max_length=300, blank=True)
    total_is_enough = models.BooleanField(
        _("stays a total"), default=False, db_default=False, help_text=_("Gender and age will not be added.")
    )
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    # Kept by the ledger's trigger, never written by hand. None: not counted yet; 0: someone looked, nobody there.
    people = models.IntegerField(_("people"), null=True, blank=True, editable=False)
    # A withdrawn count is a mistake, and no zero: it is in no sum, no mean and no list of what was collected.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        "places.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False, db_default="")
    moved_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="moved_from",
        db_index=False,
        verbose_name=_("moved to"),
    )

    objects: ClassVar = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")
        ordering: ClassVar = ["-started_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["place", "date"], name="headcount_place_date"),
            *(
                models.Index(fields=[ground], condition=Q(**{f"{ground}__isnull": False}), name=f"headcount_{ground}")
                for ground in ("zone", "line", "moved_to")
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    measure="passing", line__isnull=False, zone__isnull=True, occurrence__isnull=True, minutes__gt=0
                )
                | Q(measure="staying", zone__isnull=False, line__isnull=True, occurrence__isnull=True)
                | Q(measure="participating", occurrence__isnull=False, line__isnull=True, zone__isnull=True),
                name="each_measure_has_its_own_ground",
                violation_error_message=_(
                    "Passing needs a counting line and minutes, staying a zone, participating an occurrence."
                ),
            ),
            models.UniqueConstraint(
                fields=["occurrence"],
                condition=Q(measure="participating", withdrawn_at__isnull=True),
                name="participants_are_counted_once_per_occurrence",
                violation_error_message=_("The participants of this occurrence are already counted."),
            ),
            models.CheckConstraint(
                condition=Q(people__isnull=True) | Q(people__gte=0), name="nobody_is_counted_below_zero"
            ),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="level_is_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                & Q(moved_to__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason=""),
                name="a_withdrawal_has_a_person_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(people__isnull=True) | Q(people=0),
                name="a_withdrawn_count_holds_nobody",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *refuse_when_locked(),
            pgtrigger.Protect(
                name="people_come_from_the_ledger",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("pg_trigger_depth() = 0 AND NEW.people IS DISTINCT FROM OLD.people"),
            ),
            pgtrigger.Protect(
                name="ground_stands_once_counted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.people IS NOT NULL AND"
                    " (OLD.id, OLD.place_id, OLD.measure, OLD.level, OLD.age_set_id,"
                    " OLD.zone_id, OLD.line_id, OLD.occurrence_id, OLD.date)"
                    " IS DISTINCT FROM"
                    " (NEW.id, NEW.place_id, NEW.measure, NEW.level, NEW.age_set_id,"
                    " NEW.zone_id, NEW.line_id, NEW.occurrence_id, NEW.date)"
                ),
            ),
            _refuse_to_lose_entries("delete", pgtrigger.Delete),
            _refuse_to_lose_entries("truncate", pgtrigger.Truncate),
            pgtrigger.Trigger(
                name="withdrawn_leaves_no_zero",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL"),
                # A sum of zero says that someone looked and nobody was there: where no count stands, nobody has.
                func="""
                    DELETE FROM measurements_dailycount AS daily
                    WHERE daily.place_id = NEW.place_id AND daily.date = NEW.date AND daily.measure = NEW.measure
                      AND daily.level = NEW.level AND daily.people = 0
                      AND daily.zone_id IS NOT DISTINCT FROM NEW.zone_id
                      AND daily.line_id IS NOT DISTINCT FROM NEW.line_id
                      AND NOT EXISTS (
                          SELECT FROM measurements_headcount AS other
                          WHERE other.place_id = NEW.place_id AND other.date = NEW.date
                            AND other.measure = NEW.measure AND other.level = NEW.level
                            AND other.zone_id IS NOT DISTINCT FROM NEW.zone_id
                            AND other.line_id IS NOT DISTINCT FROM NEW.line_id
                            AND other.people IS NOT NULL AND other.withdrawn_at IS NULL
                      );
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.date}"

    @property
    def withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def where(self) -> str:
        """Its ground's own name; an occurrence's without the date that stands beside."""
        return self.occurrence.title if self.occurrence else str(self.zone or self.line)


class CountEntry(models.Model):
    """One line of the ledger: so many people more, or fewer, of one gender and age."""

    class Way(models.IntegerChoices):
        TAP = 1, _("tapped")
        TYPED = 2, _("typed")
        UNDO = 3, _("undone")
        IMPORT = 4, _("imported")
        CORRECTION = 5, _("corrected")
        NOBODY = 6, _("nobody there")

    uuid = models.UUIDField(unique=True, editable=False)
    # The triggers hold every entry to a count that is there, once a batch: asked once a row by a foreign key, that was
    # a fifth of an import.
    headcount = models.ForeignKey(Headcount, on_delete=models.PROTECT, related_name="entries", db_constraint=False)
    # Place and date repeat the headcount's, so that the ledger is found by them alone. The trigger holds them equal,
    # and the band to the count's age set, which is more than a foreign key would ask.
    place = models.ForeignKey(
        "places.Place", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    date = models.DateField(_("date"))
    at = models.DateTimeField(_("time"))
    gender = models.SmallIntegerField(_("perceived gender"), choices=Gender, default=Gender.NOT_CLASSIFIED)
    age_band = models.ForeignKey(
        AgeBand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("age band"),
    )
    people = models.IntegerField(_("people"))
    way = models.SmallIntegerField(_("entered by"), choices=Way)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("count entry")
        verbose_name_plural = _("count entries")
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["place", "at"], name="entry_place_at")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="gender_is_known"),
            models.CheckConstraint(condition=Q(way__in=range(1, 7)), name="way_is_known"),
            models.CheckConstraint(condition=Q(way=6, people=0) | ~Q(way=6), name="nobody_means_zero"),
            models.CheckConstraint(condition=~Q(way=5) | ~Q(reason=""), name="a_correction_has_a_reason"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="keep_daily_counts",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),  # type: ignore[no-untyped-call]
                declare=[("orphan", "boolean"), ("misfit", "boolean")],
                # The counts are locked first, by the update: one that was there then stays until this is committed.
                # The batch is joined to its counts once: a million imported rows take longer to walk than to write.
                # What is wrong is an aggregate and no EXISTS: for the sake of a first hit, the planner would walk the
                # batch once for each count.
                func="""
                    UPDATE measurements_headcount AS headcount
                    SET people = coalesce(headcount.people, 0) + batch.people
                    FROM (SELECT headcount_id, sum(people) AS people FROM added GROUP BY headcount_id) AS batch
                    WHERE headcount.id = batch.headcount_id;

                    WITH batch AS MATERIALIZED (
                        SELECT added.place_id, added.date, headcount.measure, headcount.zone_id, headcount.line_id,
                               headcount.level, added.gender, added.age_band_id, sum(added.people) AS people,
                               bool_or(headcount.id IS NULL) AS orphan,
                               bool_or(
                                   headcount.withdrawn_at IS NOT NULL
                                   OR headcount.place_id <> added.place_id
                                   OR headcount.date <> added.date
                                   OR (added.age_band_id IS NOT NULL
                                       AND band.age_set_id IS DISTINCT FROM headcount.age_set_id)
                                   OR (headcount.level IN ('total', 'age') AND added.gender <> 0)
                                   OR (headcount.level IN ('total', 'gender') AND added.age_band_id IS NOT NULL)
                               ) AS misfit
                        FROM added
                        LEFT JOIN measurements_headcount AS headcount ON headcount.id = added.headcount_id
                        LEFT JOIN measurements_ageband AS band ON band.id = added.age_band_id
                        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
                    ), kept AS (
                        INSERT INTO measurements_dailycount AS daily
                            (place_id, date, measure, zone_id, line_id, level, gender, age_band_id, people)
                        SELECT place_id, date, measure, zone_id, line_id, level, gender, age_band_id, people
                        FROM batch
                        WHERE NOT batch.orphan
                        -- So that two batches meeting in the same days wait for each other instead of deadlocking.
                        ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
                        ON CONFLICT (place_id, date, measure, zone_id, line_id, level, gender, age_band_id)
                        DO UPDATE SET people = daily.people + excluded.people
                    )
                    SELECT bool_or(batch.orphan), bool_or(batch.misfit) INTO orphan, misfit FROM batch;
                    IF orphan THEN
                        RAISE EXCEPTION 'amp: an entry has no count' USING ERRCODE = 'foreign_key_violation';
                    END IF;
                    IF misfit THEN
                        RAISE EXCEPTION 'amp: an entry does not fit its count' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.people:+d}"


class DailyCountQuerySet(models.QuerySet["DailyCount"]):
    def during(self, period: Period) -> DailyCountQuerySet:
        """Both ends counted."""
        return self.filter(date__range=(period.first, period.last))


class DailyCount(models.Model):
    """The ledger's sum for one day, measure, ground, gender and age; kept by the ledger's own trigger."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="daily_counts", db_index=False)
    date = models.DateField(_("date"))
    measure = models.CharField(_("measure"), max_length=13, choices=Measure)
    zone = models.ForeignKey("places.Zone", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    line = models.ForeignKey("places.Line", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.CharField(_("completeness"), max_length=10, choices=Level)
    gender = models.SmallIntegerField(_("perceived gender"), choices=Gender)
    age_band = models.ForeignKey(AgeBand, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    people = models.IntegerField(_("people"))

    objects: ClassVar = DailyCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily count")
        verbose_name_plural = _("daily counts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "date", "measure", "zone", "line", "level", "gender", "age_band"],
                name="one_daily_count_a_cell",
                nulls_distinct=False,
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="written_by_the_ledger",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("pg_trigger_depth() = 0"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.people}"


class Gap(models.Model):
    """Days on which nothing was collected for a measure, and why."""

    class Reason(models.TextChoices):
        ILLNESS = "illness", _("illness")
        HOSTING = "hosting", _("the host led the programme")
        WORKS = "works", _("building works")
        WEATHER = "weather", _("weather")
        TECHNICAL = "technical", _("technical fault")
        CLOSED = "closed", _("closed")
        OTHER = "other", _("other")

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="gaps")
    measure = models.CharField(
        _("measure"), max_length=13, choices=Measure, blank=True, help_text=_("Empty: nothing at all was counted.")
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering: ClassVar = ["-first"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="gap_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = refuse_when_locked("first")

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
