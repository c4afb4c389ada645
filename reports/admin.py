from django.contrib import admin
from django.http import HttpRequest

from reports.models import Edition, Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin[Report]):
    list_display = ("place", "code")
    list_filter = ("place",)


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin[Edition]):
    """To look at: editions are made and published on their own pages."""

    list_display = ("report", "number", "language", "state", "published_at")
    list_filter = ("state", "language")
    list_select_related = ("report__place",)
    exclude = ("data", "pdf")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:  # noqa: ARG002
        return False
