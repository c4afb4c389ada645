"""What at the place needs care: cleaned, mended or put in order, by whom, and how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from places.tracking import tracked
from places.trash import Trashable, TrashQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from places.periods import Period

NO_PERSONS = _("What, where and when. No names, and nothing that points out a person.")


def _refuse_when_figures_are_locked(operation: pgtrigger.Operation, touched: Iterable[str]) -> pgtrigger.Trigger:
    """As `refuse_when_locked`, for the days whose figures a statement changes."""
    rows = {
        pgtrigger.Insert: pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
        pgtrigger.Update: pgtrigger.Referencing(old="old_rows", new="new_rows"),  # type: ignore[no-untyped-call]
        pgtrigger.Delete: pgtrigger.Referencing(old="old_rows"),  # type: ignore[no-untyped-call]
    }
    return pgtrigger.Trigger(
        name=f"refuse_{str(operation).lower()}_when_locked",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=rows[operation],
        declare=[("locked_day", "date")],
        func=f"""
            SELECT touched.day INTO locked_day
            FROM places_periodlock AS lock
            JOIN ({" UNION ALL ".join(touched)}) AS touched
              ON touched.place_id = lock.place_id AND touched.day BETWEEN lock.first AND lock.last
            LIMIT 1;
            IF locked_day IS NOT NULL THEN
                RAISE EXCEPTION 'amp: % is in a locked period', locked_day USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608  every name is in our own code
    )


def _days(rows: str, column: str, condition: str) -> str:
    return f"SELECT place_id, {column} AS day FROM {rows} WHERE {condition}"  # noqa: S608


def _changed(columns: Iterable[str], days: Iterable[str]) -> list[str]:
    """The old and the new `days` of cases for which any of `columns` has another value."""
    differs = " OR ".join(f"before.{column} IS DISTINCT FROM after.{column}" for column in columns)
    return [
        f"SELECT {which}.place_id, {which}.{day} AS day"  # noqa: S608
        f" FROM old_rows AS before JOIN new_rows AS after ON after.id = before.id WHERE {differs}"
        for which in ("before", "after")
        for day in days
    ]


# A case seen in a locked quarter can still be mended in the next one: only the days whose figures change are asked for.
# What lies in the trash is in no figure, and goes for good whatever is locked.
LOCK_TRIGGERS = [
    _refuse_when_figures_are_locked(
        pgtrigger.Insert, [_days("new_rows", day, "trashed_at IS NULL") for day in ("seen_on", "fixed_on")]
    ),
    _refuse_when_figures_are_locked(
        pgtrigger.Update,
        [
            *_changed(["seen_on", "category", "place_id", "trashed_at"], ["seen_on", "fixed_on"]),
            *_changed(["fixed_on"], ["fixed_on"]),
        ],
    ),
    _refuse_when_figures_are_locked(
        pgtrigger.Delete, [_days("old_rows", day, "trashed_at IS NULL") for day in ("seen_on", "fixed_on")]
    ),
]


class CareCaseQuerySet(TrashQuerySet["CareCase"]):
    def in_state(self, state: str) -> CareCaseQuerySet:
        return self.filter(CareCase.IN_STATE[CareCase.State(state)])

    def concerning(self, period: Period) -> CareCaseQuerySet:
        """Seen by the period's last day, and not mended before its first."""
        unfixed_before = Q(fixed_on__isnull=True) | Q(fixed_on__gte=period.first)
        return self.filter(unfixed_before, seen_on__lte=period.last)

    def with_names(self) -> CareCaseQuerySet:
        """With zone, receiver and author at hand, in the same trip."""
        return self.select_related("zone", "reported_to", "by")


@tracked()
class CareCase(Trashable):
    """Something at a place that was seen to need care, until it was mended (skötselärende)."""

    class Category(models.TextChoices):
        CLEANING = "cleaning", _("cleaning")
        GRAFFITI = "graffiti", _("graffiti")
        DAMAGE = "damage", _("damage")
        ORDER = "order", _("order")
        LIGHT = "light", _("lighting")

    class State(models.TextChoices):
        """Follows from the dates, and is kept nowhere."""

        OPEN = "open", _("open")
        REPORTED = "reported", _("reported")
        FIXED = "fixed", _("mended")

    IN_STATE: ClassVar = {
        State.OPEN: Q(reported_on__isnull=True, fixed_on__isnull=True),
        State.REPORTED: Q(reported_on__isnull=False, fixed_on__isnull=True),
        State.FIXED: Q(fixed_on__isnull=False),
    }
    ICONS: ClassVar = {
        Category.CLEANING: "sparkles",
        Category.GRAFFITI: "palette",
        Category.DAMAGE: "hammer",
        Category.ORDER: "shield",
        Category.LIGHT: "lightbulb",
    }
    trash_date: ClassVar = "seen_on"

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="care_cases")
    category = models.CharField(_("category"), max_length=8, choices=Category)
    zone = models.ForeignKey(
        "places.Zone", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
    where = models.CharField(
        _("where, in words"), max_length=120, blank=True, help_text=_("Such as the bench by the stairs.")
    )
    note = models.CharField(_("note"), max_length=500, blank=True, help_text=NO_PERSONS)
    seen_on = models.DateField(_("seen"))
    reported_to = models.ForeignKey(
        "places.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported to"),
    )
    reported_on = models.DateField(_("reported"), null=True, blank=True)
    reference = models.CharField(
        _("their number"), max_length=60, blank=True, help_text=_("What the receiver calls the case, to ask about it.")
    )
    fixed_on = models.DateField(_("mended"), null=True, blank=True)
    by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = CareCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("care case")
        verbose_name_plural = _("care cases")
        ordering: ClassVar = ["-seen_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["place", "seen_on"], name="care_place_seen")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category__in=["cleaning", "graffiti", "damage", "order", "light"]),
                name="care_category_is_known",
            ),
            models.CheckConstraint(
                condition=Q(reported_on__isnull=True) | Q(reported_on__gte=F("seen_on")),
                name="care_is_reported_after_it_is_seen",
                violation_error_message=_("It cannot have been reported before it was seen."),
            ),
            models.CheckConstraint(
                condition=Q(fixed_on__isnull=True)
                | Q(fixed_on__gte=F("seen_on")) & (Q(reported_on__isnull=True) | Q(fixed_on__gte=F("reported_on"))),
                name="care_is_mended_last",
                violation_error_message=_("It cannot have been mended before it was seen or reported."),
            ),
            models.CheckConstraint(
                condition=Q(reported_on__isnull=True, reported_to__isnull=True)
                | Q(reported_on__isnull=False, reported_to__isnull=False),
                name="a_report_has_a_receiver_and_a_day",
                violation_error_message=_("Say both to whom it was reported and when, or neither."),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = LOCK_TRIGGERS

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.seen_on}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:  # noqa: ANN401  Django's own
        """With its photos, one by one, so that each takes its file along."""
        for photo in self.photos.all():
            photo.delete()
        return super().delete(*args, **kwargs)

    @property
    def trash_words(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What and where, as a list shows it."""
        spot = self.where or (str(self.zone) if self.zone else "")
        what = capfirst(self.get_category_display())
        return f"{what}: {spot}" if spot else what

    @property
    def icon(self) -> str:
        return str(self.ICONS[self.Category(self.category)])

    @property
    def state(self) -> str:
        if self.fixed_on:
            return self.State.FIXED
        return self.State.REPORTED if self.reported_on else self.State.OPEN

    @property
    def days(self) -> int:
        """Whole days from seen to mended, or to today; 0 when the same day."""
        return ((self.fixed_on or timezone.localdate()) - self.seen_on).days
