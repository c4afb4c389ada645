"""What every page draws alike: icons, status words, numbers and the navigation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amp.kept.keeping import COOKIE, KEY
from places import numbers
from places.access import RIGHTS, May, rights
from places.models import Membership, Place, User
from places.numbers import NOT_COLLECTED
from places.rounding import Number

register = template.Library()

Word: TypeAlias = str | Promise


# --- Icons and status words -------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Lucide icon from static/icons.txt; silent for readers unless it has a `label` of its own."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@dataclass(frozen=True)
class Status:
    """How something stands: always an icon and a word, on the tint of its tone."""

    icon: str
    tone: str
    word: Word


STATUSES: dict[str, Status] = {
    # The day and its programme
    "missing": Status("circle-dashed", "neutral", pgettext_lazy("status", "Missing")),
    "draft": Status("pencil", "neutral", pgettext_lazy("status", "Draft")),
    "ongoing": Status("circle-dot", "now", pgettext_lazy("status", "Ongoing")),
    "planned": Status("circle-dashed", "outline", pgettext_lazy("status", "Planned")),
    "waiting": Status("circle-alert", "warn", pgettext_lazy("status", "Waiting")),
    "held": Status("circle-check", "ok", pgettext_lazy("status", "Held")),
    "changed": Status("pencil", "warn", pgettext_lazy("status", "Changed")),
    "cancelled": Status("circle-x", "bad", pgettext_lazy("status", "Cancelled")),
    "open": Status("circle-dot", "ok", pgettext_lazy("status", "Open")),
    "closed": Status("circle-slash", "neutral", pgettext_lazy("status", "Closed")),
    # What has been written and counted
    "complete": Status("circle-check", "ok", pgettext_lazy("status", "Complete")),
    "withdrawn": Status("circle-slash", "neutral", pgettext_lazy("status", "Withdrawn")),
    "locked": Status("lock", "neutral", pgettext_lazy("status", "Locked")),
    "on_phone": Status("smartphone", "warn", pgettext_lazy("status", "On the phone")),
    "saved": Status("circle-check", "ok", pgettext_lazy("status", "Saved")),
    # What needs care
    "case_open": Status("circle-alert", "warn", pgettext_lazy("case", "Open")),
    "case_reported": Status("send", "now", pgettext_lazy("case", "Reported")),
    "case_fixed": Status("circle-check", "ok", pgettext_lazy("case", "Mended")),
    # Reports and their editions
    "new": Status("file-text", "now", pgettext_lazy("status", "New")),
    "review": Status("eye", "now", pgettext_lazy("status", "In review")),
    "returned": Status("undo-2", "neutral", pgettext_lazy("status", "Returned")),
    "published": Status("circle-check", "ok", pgettext_lazy("status", "Published")),
    "revised": Status("refresh-cw", "now", pgettext_lazy("status", "Revised")),
    "replaced": Status("history", "neutral", pgettext_lazy("status", "Replaced")),
    "failed": Status("circle-alert", "bad", pgettext_lazy("status", "Failed")),
    # Money and promises
    "valid": Status("circle-check", "ok", pgettext_lazy("status", "In force")),
    "ended": Status("history", "neutral", pgettext_lazy("status", "Ended")),
    "paid": Status("circle-check", "ok", pgettext_lazy("status", "Paid")),
    "invoiced": Status("mail", "now", pgettext_lazy("status", "Invoiced")),
    "upcoming": Status("circle-dashed", "outline", pgettext_lazy("status", "Upcoming")),
    "late": Status("circle-alert", "bad", pgettext_lazy("status", "Late")),
    "on_time": Status("circle-check", "ok", pgettext_lazy("status", "On time")),
    "behind": Status("circle-alert", "warn", pgettext_lazy("status", "Behind")),
    # What an indicator says
    "better": Status("trending-up", "ok", pgettext_lazy("status", "Clear improvement")),
    "same": Status("equal", "neutral", pgettext_lazy("status", "Within the margin")),
    "worse": Status("trending-down", "bad", pgettext_lazy("status", "Clear decline")),
    "unknown": Status("circle-question-mark", "outline", pgettext_lazy("status", "Cannot be judged")),
    # What a plan is expected to give against a target
    "will_be_met": Status("circle-check", "ok", pgettext_lazy("status", "Will be met")),
    "clearly_below": Status("trending-down", "bad", pgettext_lazy("status", "Clearly below")),
}


@register.simple_tag
def status(key: str, word: str = "") -> SafeString:
    """The chip for a status; `word` says more than the usual one, such as "Sparad 14:32"."""
    known = STATUSES[str(key)]
    return format_html('<span class="status {}">{}{}</span>', known.tone, icon(known.icon), word or known.word)


# --- Numbers ----------------------------------------------------------------------------------------------------------


@register.filter
def dash(value: Any) -> Any:  # noqa: ANN401  a filter takes whatever the page shows
    """A dash for what was not collected; zero stays zero."""
    return NOT_COLLECTED if value is None or value == "" else value


@register.filter
def number(value: Number | None, decimals: int | None = None) -> str:
    """A number as the language writes it, with a real minus sign; without `decimals`, with those it has."""
    return numbers.plain(value) if decimals is None else numbers.written(value, decimals)


@register.filter
def trimmed(value: Number | None, most: int = 1) -> str:
    """A number with as many decimals as are not zero, `most` of them at most."""
    return numbers.trimmed(value, most)


@register.filter
def signed(value: Number | None, decimals: int | None = None) -> str:
    """A change: plus or minus before the number, nothing before zero."""
    return numbers.signed(value, numbers.decimals_of(value or 0) if decimals is None else decimals)


@register.filter
def percent(share: Number | None, decimals: int = 0) -> str:
    """A share between 0 and 1 as a percentage; 100 % is all of it and 0 % none."""
    return numbers.per_cent(share, decimals)


@register.filter
def ratio(value: Number | None, decimals: int = 2) -> str:
    """One number over another, such as an index; more than none is never written as zero."""
    return NOT_COLLECTED if value is None else numbers.marked(value, decimals, (0,))


@register.filter
def kronor(amount: Number | None) -> str:
    """An amount of money; öre only where there are any."""
    return numbers.kronor(amount)


@register.filter
def money(amount: Number | None) -> str:
    """An amount without its currency; öre only where there are any."""
    return numbers.money(amount)


@register.filter
def each_krona(ratio: Number | None) -> str:
    """What one krona is met by, without the currency; less than a whole krona is never written as one."""
    return NOT_COLLECTED if ratio is None else numbers.marked(ratio, 2, (0, 1))


# --- Forms and messages -----------------------------------------------------------------------------------------------


@register.filter
def doubt(field: BoundField) -> str:
    """What a form finds unlikely but will save: `form.doubts = {"people": "Three times a normal Tuesday."}`."""
    doubts: dict[str, str] = getattr(field.form, "doubts", {})
    return doubts.get(field.name, "")


@register.filter
def undo_address(tags: str) -> str:
    """The address that takes the action back, from a message's extra_tags "undo:/address"."""
    return next((tag.removeprefix("undo:") for tag in tags.split() if tag.startswith("undo:")), "")


# --- The frame --------------------------------------------------------------------------------------------------------

_MONTHS = {12: "winter", 3: "spring", 6: "summer", 9: "autumn"}


@register.simple_tag
def season() -> str:
    """The season today, whose colour the band at the top of the page has."""
    month = timezone.localdate().month
    return _MONTHS[month // 3 * 3 or 12]


@dataclass(frozen=True)
class Item:
    """A page one can go to from anywhere, with the step that opens it."""

    icon: str
    word: Word
    short: Word
    page: str
    step: May
    within: tuple[str, ...]  # the beginnings of the names of pages that belong to it


TODAY = Item("sun", _("Today"), _("Today"), "today", May.READ, ("today",))
WHEEL = Item(
    "orbit",
    _("Annual wheel"),
    pgettext_lazy("short", "Wheel"),
    "wheel",
    May.READ,
    ("wheel", "activities:", "measurements:copy", "measurements:reach", "measurements:delivered"),
)
DAY_LOG = Item(
    "notebook-pen",
    _("Day log"),
    _("Day log"),
    "activities:daylog_list",
    May.READ,
    ("activities:daylog", "activities:care", "activities:voice", "activities:partner", "activities:photo"),
)
CARE = Item("sparkles", _("Care of the place"), pgettext_lazy("short", "Care"), "activities:care_list", May.READ, ())
VOICES = Item("message-square-quote", _("Voices"), _("Voices"), "activities:voice_list", May.READ, ())
PARTNERS = Item("users-round", _("Partners"), _("Partners"), "activities:partner_list", May.READ, ())
HEADCOUNTS = Item(
    "clipboard-list",
    _("Headcounts"),
    pgettext_lazy("short", "Counts"),
    "measurements:headcount_list",
    May.READ,
    ("measurements:",),
)
INDICATORS = Item(
    "target",
    _("Indicators"),
    _("Indicators"),
    "measurements:indicator_list",
    May.READ,
    (
        "measurements:indicator",
        "measurements:occasion",
        "measurements:reading",
        "measurements:representation",
        "measurements:target",
    ),
)
REPORTS = Item("file-text", _("Reports"), _("Reports"), "reports:report_list", May.READ_REPORTS, ("reports:",))
CONTRACTS = Item(
    "handshake",
    _("Co-financing"),
    pgettext_lazy("short", "Contract"),
    "places:contract_list",
    May.READ_FUNDING,
    ("places:contract", "places:party", "places:instalment", "places:obligation"),
)
THE_PLACE = Item("map-pin", _("The place"), _("The place"), "places:place_detail", May.READ, ("places:",))
COUNT = Item(
    "plus",
    pgettext_lazy("verb", "Count"),
    pgettext_lazy("verb", "Count"),
    "measurements:tally",
    May.COUNT,
    ("measurements:tally", "measurements:headcount_create"),
)

GROUPS: tuple[tuple[Word, tuple[Item, ...]], ...] = (
    ("", (TODAY, WHEEL, DAY_LOG)),
    (_("Measuring"), (HEADCOUNTS, INDICATORS)),
    (_("Follow-up"), (REPORTS, CONTRACTS, THE_PLACE)),
)
BOTTOM = (TODAY, COUNT, WHEEL, DAY_LOG)
# In the side these three are tabs of the day log.
MORE = (CARE, VOICES, PARTNERS, HEADCOUNTS, INDICATORS, REPORTS, CONTRACTS, THE_PLACE)


@dataclass(frozen=True)
class Link:
    """An item this person may open at this place."""

    item: Item
    address: str
    chosen: bool


@register.inclusion_tag("_navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The way around the place in the context. Costs two queries: the person's role, and the places they work at."""
    request, place = context["request"], context["place"]
    held = rights(request.user, place)
    current = request.resolver_match.view_name if request.resolver_match else ""
    in_side = _chosen(current, [item for _word, items in GROUPS for item in items])
    at_bottom = _chosen(current, [*BOTTOM, *MORE])
    groups = [(word, _links(items, held, place, in_side)) for word, items in GROUPS]
    more = _links(MORE, held, place, at_bottom)
    return {
        "request": request,
        "user": request.user,
        "place": place,
        "places": Place.objects.run_by(request.user).listed(),
        "role": role_word(held),
        "groups": [(word, links) for word, links in groups if links],
        "bottom": _links(BOTTOM, held, place, at_bottom),
        "more": more,
        "more_chosen": any(link.chosen for link in more),
        "todo_count": context.get("todo_count"),
        "csrf_token": context.get("csrf_token"),
    }


def role_word(held: frozenset[May]) -> Word:
    """The role whose rights these are; a person without one reads as a funder."""
    return next((Membership.Role(role).label for role, may in RIGHTS.items() if may == held), _("funder"))


def _links(items: Iterable[Item], held: frozenset[May], place: Place, chosen: Item | None) -> list[Link]:
    return [Link(item, reverse(item.page, args=[place.slug]), item is chosen) for item in items if item.step in held]


def _chosen(page: str, items: Iterable[Item]) -> Item | None:
    """The item a page belongs to: the one that knows the longest beginning of its name."""
    known = [(len(start), item) for item in items for start in item.within if page.startswith(start)]
    return max(known, key=lambda pair: pair[0])[1] if known else None


@register.inclusion_tag("kept/_waiting.html", takes_context=True)
def kept_waiting(context: Context) -> dict[str, Any]:
    """How much this browser has sent and nobody has saved; told by its cookies, without a query."""
    request = context.get("request")
    if request is None or request.path.startswith("/kept/") or KEY in request.GET:
        return {"n": 0}
    return {"n": sum(name.startswith(COOKIE) for name in request.COOKIES)}


@register.simple_tag
def nobody_yet() -> bool:
    """No account has been made, so there is nobody to ask for one."""
    return not User.objects.exists()
