"""Reports to funders, and the editions of them whose figures never move."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from places.periods import Period

if TYPE_CHECKING:
    from places.models import User


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(published_at__isnull=False)

    def readable_by(self, *, drafts: bool) -> EditionQuerySet:
        """All of them for those who make reports, else the published."""
        return self if drafts else self.published()


class Report(models.Model):
    """What the funders of a place are told about one period."""

    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="reports")
    code = models.CharField(_("period"), max_length=12, help_text=_("Such as 2026K3 for the third quarter."))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering: ClassVar = ["-first"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "code"], name="one_report_a_period"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="report_ends_after_it_begins"),
        ]

        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="practice_is_not_reported",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF EXISTS (SELECT FROM places_place WHERE id = NEW.place_id AND practice_of_id IS NOT NULL) THEN
                        RAISE EXCEPTION 'amp: practice is not reported' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.code}"

    @property
    def period(self) -> Period:
        return Period.parse(self.code)


class Edition(models.Model):
    """One making of a report: its frozen figures, and the PDF that shows them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RENDERING = "rendering", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(_("edition"))
    language = models.CharField(_("language"), max_length=2, choices=[("sv", _("Swedish")), ("en", _("English"))])
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(_("progress, per cent"), default=0)
    step = models.CharField(_("step"), max_length=40, blank=True)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    # The figures as text, byte for byte as hashed: jsonb would reorder them.
    data = models.TextField(_("frozen figures"), blank=True, editable=False)
    data_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pdf = models.BinaryField(null=True, blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    made_by = models.ForeignKey("places.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    published_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "places.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects: ClassVar = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["-report__first", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="editions_are_numbered"),
            models.UniqueConstraint(
                fields=["report", "language"],
                condition=Q(state__in=["waiting", "rendering"]),
                name="one_edition_of_a_language_is_made_at_a_time",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="progress_is_per_cent"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (Q(state="ready", pdf__isnull=False, published_by__isnull=False) & ~Q(data="") & ~Q(pdf_sha256="")),
                name="only_a_finished_edition_is_published",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(
                name="published_never_moves",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="published_in_whole",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.published_at IS NOT NULL"),
                func="""
                    IF (NEW.data::json ->> 'as_of')::date IS DISTINCT FROM
                        (SELECT last FROM reports_report WHERE id = NEW.report_id) THEN
                        RAISE EXCEPTION 'amp: an edition is published with the last day of its period'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.number}"


class EditionPicture(models.Model):
    """A photo as an edition shows it: a copy of the edition's own, which stays whatever becomes of the photo."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="pictures")
    # Known even when the photo is gone: an edition that is not published may then not show it.
    photo = models.ForeignKey(
        "activities.Photo", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", editable=False
    )
    data = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("picture in an edition")
        verbose_name_plural = _("pictures in editions")
        ordering: ClassVar = ["edition", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "photo"], name="a_photo_stands_once_in_an_edition"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="published_pictures_never_move",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT FROM reports_edition WHERE published_at IS NOT NULL AND id IN (
                            CASE WHEN TG_OP = 'INSERT' THEN NEW.edition_id ELSE OLD.edition_id END,
                            CASE WHEN TG_OP = 'DELETE' THEN OLD.edition_id ELSE NEW.edition_id END
                        )
                    ) THEN
                        RAISE EXCEPTION 'amp: a published edition keeps its pictures' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.photo_id}"
