"""The ledger, to look at. It is written by counting, and never here."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from measurements.models import AgeBand, AgeSet, CountEntry, Headcount, Population


class ReadOnly(admin.ModelAdmin[Model]):
    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(Headcount)
class HeadcountAdmin(ReadOnly):
    list_display: ClassVar = ["place", "measure", "date", "started_at", "people", "level", "by"]
    list_filter: ClassVar = ["measure", "level"]
    list_select_related: ClassVar = ["place", "by"]
    date_hierarchy = "date"


@admin.register(CountEntry)
class CountEntryAdmin(ReadOnly):
    list_display: ClassVar = ["place", "at", "gender", "age_band", "people", "way", "by"]
    list_select_related: ClassVar = ["place", "age_band", "by"]
    # The ledger is long: neither counted nor sorted whole.
    ordering: ClassVar = ["-pk"]
    show_full_result_count = False


class AgeBandInline(admin.TabularInline[AgeBand, AgeSet]):
    model = AgeBand
    extra = 0


@admin.register(AgeSet)
class AgeSetAdmin(admin.ModelAdmin[AgeSet]):
    inlines: ClassVar = [AgeBandInline]
    list_display: ClassVar = ["name", "version", "valid_from", "is_default"]


@admin.register(Population)
class PopulationAdmin(admin.ModelAdmin[Population]):
    list_display: ClassVar = ["municipality_code", "year", "gender", "lower", "upper", "people", "source"]
    list_filter: ClassVar = ["municipality_code", "year"]
