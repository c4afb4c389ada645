"""The plan and the log in the database administration, to look things up; people work in the pages."""

from django.contrib import admin

from activities.models import CareCase, DayLog, DayLogLine, Occurrence, Partner, Photo, Season, Series, Voice


@admin.register(Season)
class SeasonAdmin(admin.ModelAdmin[Season]):
    list_display = ("place", "year", "name", "theme")
    list_filter = ("place",)


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin[Series]):
    list_display = ("title", "kind", "place", "first", "last")
    list_filter = ("place", "kind")
    search_fields = ("title",)


@admin.register(Occurrence)
class OccurrenceAdmin(admin.ModelAdmin[Occurrence]):
    list_display = ("title", "kind", "place", "date", "outcome")
    list_filter = ("place", "kind", "outcome")
    list_select_related = ("place",)
    search_fields = ("title",)
    date_hierarchy = "date"
    raw_id_fields = ("series", "partner", "zone", "responsible", "told_by")


@admin.register(DayLog)
class DayLogAdmin(admin.ModelAdmin[DayLog]):
    list_display = ("place", "date", "weather", "temperature")
    list_filter = ("place",)
    date_hierarchy = "date"


@admin.register(DayLogLine)
class DayLogLineAdmin(admin.ModelAdmin[DayLogLine]):
    list_display = ("place", "date", "text", "by", "written_at")
    list_filter = ("place",)
    list_select_related = ("place", "by")
    raw_id_fields = ("by",)
    date_hierarchy = "date"


@admin.register(Partner)
class PartnerAdmin(admin.ModelAdmin[Partner]):
    list_display = ("name", "place")
    list_filter = ("place",)
    search_fields = ("name",)


@admin.register(CareCase)
class CareCaseAdmin(admin.ModelAdmin[CareCase]):
    list_display = ("category", "place", "seen_on", "reported_on", "fixed_on")
    list_filter = ("place", "category")
    date_hierarchy = "seen_on"
    raw_id_fields = ("zone", "reported_to", "by")


@admin.register(Voice)
class VoiceAdmin(admin.ModelAdmin[Voice]):
    list_display = ("place", "date", "channel", "consent", "may_use")
    list_filter = ("place", "channel", "may_use")
    raw_id_fields = ("by",)


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin[Photo]):
    list_display = ("place", "alt", "consent", "may_use", "trashed_at")
    list_filter = ("place", "may_use")
    raw_id_fields = ("care_case", "day_log", "occurrence", "by")
