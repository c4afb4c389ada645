"""What a kept form would do and what its fields are called, where no page of its own says so."""

from functools import cache

from django.apps import apps
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

# Routes that are only sent to, by what they do.
ACTS: dict[str, str | Promise] = {
    "programme:calendar_key_renew": _("Renew the address of your calendar"),
    "programme:calendar_key_remove": _("Close your calendar's address"),
    "places:exception_delete": _("Remove an exception from the opening hours"),
    "places:school_holiday_delete": _("Remove a school holiday"),
    "places:trash_put": _("Put in the trash"),
    "places:trash_take_back": _("Take back from the trash"),
    "places:instalment_paid": _("Mark an instalment as paid"),
    "places:instalment_unpaid": _("Mark an instalment as not paid"),
    "places:instalment_invoiced": _("Mark an instalment as invoiced"),
    "activities:plan_undo": _("Undo a change of the plan"),
    "activities:warning_answer": _("Answer a warning"),
    "activities:warning_reopen": _("Open a warning again"),
    "activities:outcome_record": _("Say how an occurrence went"),
    "activities:outcome_take_back": _("Take back how an occurrence went"),
    "activities:daylog_note": _("Save the day's note"),
    "activities:daylog_open": _("Open the hub"),
    "activities:daylog_close": _("Close the hub"),
    "activities:care_report": _("Note that a care case is reported"),
    "activities:care_fix": _("Mark a care case as mended"),
    "activities:care_unfix": _("Mark a care case as not mended"),
    "measurements:headcount_correct": _("Correct a count"),
    "measurements:headcount_leave": _("Leave a count as it is"),
    "measurements:headcount_restore": _("Let a count stand again"),
    "measurements:gap_delete": _("Remove the reason why nothing was counted"),
    "measurements:target_delete": _("Remove a target"),
    "measurements:representation_delete": _("Remove a target for representation"),
    "measurements:representation_take_back": _("Take back a target for representation"),
    "reports:edition_publish": _("Publish an edition"),
    "reports:edition_retry": _("Make an edition once more"),
}


@cache
def _known() -> dict[str, str | Promise]:
    """What the models call their fields; the first app to use a name has it."""
    names: dict[str, str | Promise] = {}
    for app in ("places", "activities", "measurements", "reports"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.fields:  # noqa: SLF001  Django's documented way to a model's fields
                names.setdefault(field.name, field.verbose_name)
    return names


def label_of(name: str) -> str:
    """A form among several puts its number before the name."""
    return str(capfirst(str(_known().get(name.rpartition("-")[2], name))))
