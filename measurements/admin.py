"""The ledger, to look at: it is written by counting, and never here. Indicators, with what was read and aimed at."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from measurements.models import (
    AgeBand,
    AgeSet,
    CountEntry,
    Headcount,
    Indicator,
    Occasion,
    Population,
    Reading,
    ReceivedPayload,
    RepresentationTarget,
    Target,
)


class ReadOnly(admin.ModelAdmin[Model]):
    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(Headcount)
class HeadcountAdmin(ReadOnly):
    list_display = (
        "place",
        "measure",
        "date",
        "started_at",
        "people",
        "level",
        "by",
    )
    list_filter = (
        "measure",
        "level",
    )
    list_select_related = ("place", "by")
    date_hierarchy = "date"


@admin.register(CountEntry)
class CountEntryAdmin(ReadOnly):
    list_display = (
        "place",
        "at",
        "gender",
        "age_band",
        "people",
        "way",
        "by",
    )
    list_select_related = ("place", "age_band", "by")
    # The ledger is long: neither counted nor sorted whole.
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(ReceivedPayload)
class ReceivedPayloadAdmin(ReadOnly):
    """Found by person and day, when something counted is missed."""

    list_display = (
        "received_at",
        "place",
        "by",
        "version",
        "status",
    )
    list_filter = (
        "status",
        "place",
    )
    list_select_related = ("place", "by")
    search_fields = ("by__name", "by__email", "body")
    date_hierarchy = "received_at"


class AgeBandInline(admin.TabularInline[AgeBand, AgeSet]):
    model = AgeBand
    extra = 0


@admin.register(AgeSet)
class AgeSetAdmin(admin.ModelAdmin[AgeSet]):
    inlines = (AgeBandInline,)
    list_display = (
        "name",
        "version",
        "valid_from",
        "is_default",
    )


@admin.register(Population)
class PopulationAdmin(admin.ModelAdmin[Population]):
    list_display = (
        "municipality_code",
        "year",
        "gender",
        "lower",
        "upper",
        "people",
        "source",
    )
    list_filter = (
        "municipality_code",
        "year",
    )


class TargetInline(admin.TabularInline[Target, Indicator]):
    model = Target
    extra = 0


@admin.register(Indicator)
class IndicatorAdmin(admin.ModelAdmin[Indicator]):
    inlines = (TargetInline,)
    list_display = ("place", "group", "name", "version", "shape", "unit", "more_is_better")
    list_filter = ("place", "shape")
    list_select_related = ("place",)


@admin.register(RepresentationTarget)
class RepresentationTargetAdmin(admin.ModelAdmin[RepresentationTarget]):
    list_display = ("place", "gender", "lower", "upper", "year", "least", "measured_in")
    list_filter = ("place", "year")
    list_select_related = ("place",)


class ReadingInline(admin.TabularInline[Reading, Occasion]):
    model = Reading
    extra = 0


@admin.register(Occasion)
class OccasionAdmin(admin.ModelAdmin[Occasion]):
    inlines = (ReadingInline,)
    list_display = ("place", "name", "role", "first", "last", "season")
    list_filter = ("place", "role")
    list_select_related = ("place",)
    date_hierarchy = "first"
