"""The database administration, for those who look after amp itself. What was paid or published is not deleted here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from places import models


class KeptAdmin(admin.ModelAdmin[Any]):
    """For rows that others were told of: they may be read and put right, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002  Django's own signature
        return False


@admin.register(models.User)
class PersonAdmin(UserAdmin[Any]):
    list_display = ("email", "name", "is_active", "is_staff")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Journal"), {"fields": ("last_login",)}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)
    list_filter = ("is_active", "is_staff")
    filter_horizontal = ()
    readonly_fields = ("last_login",)


class RepresentativeInline(admin.TabularInline[Any, Any]):
    model = models.Representative
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(models.Organisation)
class OrganisationAdmin(KeptAdmin):
    list_display = ("name", "number", "sector")
    list_filter = ("sector",)
    search_fields = ("name", "number")
    inlines = (RepresentativeInline,)


class MembershipInline(admin.TabularInline[Any, Any]):
    model = models.Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(models.Place)
class PlaceAdmin(KeptAdmin):
    list_display = ("name", "municipality_name", "operator", "started_on", "ended_on")
    search_fields = ("name", "municipality_name")
    prepopulated_fields: ClassVar = {"slug": ("name",)}
    readonly_fields = ("area_m2", "is_demo")
    autocomplete_fields = ("operator",)
    inlines = (MembershipInline,)


@admin.register(models.Zone, models.Line)
class PartAdmin(KeptAdmin):
    list_display = ("name", "place", "ended_on")
    list_filter = ("place",)


@admin.register(models.OpeningHours)
class OpeningHoursAdmin(admin.ModelAdmin[models.OpeningHours]):
    list_display = ("place", "weekday", "opens", "closes", "valid_from", "valid_to")
    list_filter = ("place",)


@admin.register(models.OpeningException)
class OpeningExceptionAdmin(admin.ModelAdmin[models.OpeningException]):
    list_display = ("date", "place", "planned", "opens", "closes", "reason")
    list_filter = ("place", "planned", "reason")
    date_hierarchy = "date"


@admin.register(models.OpenDay)
class OpenDayAdmin(KeptAdmin):
    list_display = ("date", "place", "opened", "closed")
    list_filter = ("place",)
    date_hierarchy = "date"


@admin.register(models.PeriodLock)
class PeriodLockAdmin(KeptAdmin):
    """Locks come with a published report; here they are only read."""

    list_display = ("place", "first", "last", "since", "by")
    list_filter = ("place",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's own signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401, ARG002
        return False


class PartyInline(admin.TabularInline[Any, Any]):
    model = models.Party
    extra = 0
    can_delete = False
    autocomplete_fields = ("organisation",)


@admin.register(models.Contract)
class ContractAdmin(KeptAdmin):
    list_display = ("name", "place", "first", "last")
    list_filter = ("place",)
    inlines = (PartyInline,)


@admin.register(models.Pledge)
class PledgeAdmin(KeptAdmin):
    list_display = ("party", "year", "amount")
    list_filter = ("year",)
    list_select_related = ("party__organisation",)


@admin.register(models.Instalment)
class InstalmentAdmin(KeptAdmin):
    list_display = ("party", "due", "amount", "invoiced_on", "paid_on")
    list_filter = ("due",)
    list_select_related = ("party__organisation",)
