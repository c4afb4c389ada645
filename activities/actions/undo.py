"""What was changed in the plan taken back: the history says how it was, and a signed address names its events."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.apps import apps
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from activities.actions.plan import validate_days
from activities.models import Occurrence, Season, Series
from places.models import Place, User

# What signs the address of an undo, so that nobody makes one up.
SALT = "activities.undo"

# How far the histories of occurrences and of series reach.
Mark: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Undone:
    """What a change was about, as it stands now that it is taken back."""

    # Their keys, the first in time first.
    occurrences: list[int]
    # The series, where it was changed as a whole and still stands.
    series: Series | None = None
    # The season, where it was one that was changed, and it still stands.
    season: Season | None = None


# --- Taking it back ---------------------------------------------------------------------------------------------------


def last_change(occurrence: Occurrence) -> str:
    """What takes back the last change of the plan for this one alone; empty where there is none to take back."""
    event = _events("Occurrence").filter(pgh_obj_id=occurrence.pk, pgh_label="update").order_by("-pgh_id").first()
    if event is None or not occurrence.moved or event.series_id != occurrence.series_id:
        return ""
    if (event.outcome, event.told_at) != (occurrence.outcome, occurrence.told_at):
        return ""
    # In the same transaction its series came to leave the old date empty, unless it was so already.
    then = _events("Series").filter(pgh_obj_id=event.series_id, pgh_created_at=event.pgh_created_at)
    left_empty = then.exclude(excluded__contains=[event.date]).exists()
    return _signed(occurrence.place_id, {"o": [[event.pgh_id], event.pgh_id], "left": left_empty})


@transaction.atomic
def undo_change(*, place: Place, token: str, by: User) -> Undone:  # noqa: ARG001  the history knows who
    """
    Put back what a change has changed, and take away what it has made.

    ValidationError in words when the address is not ours, anything of it has been changed or used since, or a locked
    day is in the way.
    """
    try:
        change = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise ValidationError(_("There is nothing to take back here."), code="unknown") from error
    if change["p"] != place.pk:
        raise ValidationError(_("There is nothing to take back here."), code="unknown")
    try:
        with transaction.atomic():
            undone = _undo_season(change) if "season" in change else _undo_plan(change)
            # What points at something that is gone by now is found here, and not after the answer is given.
            connection.check_constraints()
    except IntegrityError as error:
        raise ValidationError(_("It has been used since, and cannot be taken back."), code="used") from error
    return undone


def _undo_plan(change: dict[str, Any]) -> Undone:
    before = _before(change)
    _validate_untouched(change, before)
    _put_back(change, before)
    keys = sorted(before, key=lambda key: before[key].starts_at)
    as_a_whole = change.get("whole") or not keys
    return Undone(keys, Series.objects.filter(pk__in=change.get("s", [])).first() if as_a_whole else None)


def _before(change: dict[str, Any]) -> dict[int, Any]:
    """Each occurrence as it was before, by its key."""
    keys, last = change["o"]
    events = _events("Occurrence").filter(place_id=change["p"], pgh_id__lte=last)
    if "r" in change:
        events = events.filter(pgh_id__gte=change["first"], responsible_id=change["r"], date__gte=change["d"])
    elif "first" in change:
        events = events.filter(pgh_id__gte=change["first"], series_id__in=change["s"])
    else:
        events = events.filter(pgh_id__in=keys)
    # The oldest last, so that it is the one that stays.
    return {event.pgh_obj_id or event.id: event for event in events.order_by("-pgh_id")}


def _validate_untouched(change: dict[str, Any], before: dict[int, Any]) -> None:
    last = change["o"][1]
    made = list(_made(change).values_list("pk", flat=True))
    changed = _events("Occurrence").filter(pgh_id__gt=last, id__in=[*before, *made])
    series = _events("Series").filter(pgh_id__gt=change.get("last_series", 0), id__in=change.get("s", []))
    if changed.exists() or series.exists():
        raise ValidationError(_("It has been changed again since, and cannot be taken back."), code="changed")
    now_on = Occurrence.objects.filter(pk__in=[*before, *made]).values_list("date", flat=True)
    validate_days(Place.objects.get(pk=change["p"]), {event.date for event in before.values()} | set(now_on))


def _made(change: dict[str, Any]) -> models.QuerySet[Occurrence]:
    made: models.QuerySet[Occurrence] = Occurrence.objects.filter(
        Q(pk__in=change.get("k", [])) | Q(series__in=change.get("s", []), pk__range=change.get("m", (0, 0)))
    )
    return made


def _put_back(change: dict[str, Any], before: dict[int, Any]) -> None:
    _made(change).delete()
    for event in _events("Series").filter(pgh_id__in=change.get("series", [])).order_by("-pgh_id"):
        Series.objects.filter(pk=event.id).update(**_values(Series, event))
    there = set(Occurrence.objects.filter(pk__in=before).values_list("pk", flat=True))
    for key, event in before.items():
        if key in there:
            Occurrence.objects.filter(pk=key).update(**_values(Occurrence, event))
        else:
            Occurrence(pk=key, **_values(Occurrence, event)).save(force_insert=True)
        if change.get("left"):
            _fill_again(event)
    if new := change.get("n"):
        Series.objects.filter(pk=new).delete()


def _fill_again(event: Any) -> None:  # noqa: ANN401  made by the library
    """Its old date was left empty in the series while it was elsewhere."""
    series = Series.objects.filter(pk=event.series_id).first()
    if series and event.date in series.excluded:
        series.excluded = [day for day in series.excluded if day != event.date]
        series.save(update_fields=["excluded"])


def _undo_season(change: dict[str, Any]) -> Undone:
    """To what it was before; one that was made goes, unless something of the plan belongs to it by now."""
    key, event = change["season"], change["e"]
    season = Season.objects.select_for_update().filter(pk=key).first()
    if season is None or _events("Season").filter(pgh_id__gt=change["last"], id=key).exists():
        raise ValidationError(_("It has been changed again since, and cannot be taken back."), code="changed")
    if event is None:
        if season.series.exists():
            raise ValidationError(_("It has been used since, and cannot be taken back."), code="used")
        season.delete()
        return Undone([])
    for name, value in _values(Season, _events("Season").get(pgh_id=event)).items():
        setattr(season, name, value)
    season.full_clean()
    season.save()
    return Undone([], season=season)


def _values(model: type[models.Model], event: Any) -> dict[str, Any]:  # noqa: ANN401  made by the library
    fields = [one.attname for one in model._meta.concrete_fields if not one.primary_key]  # noqa: SLF001  Django's own way
    return {name: getattr(event, name) for name in fields if hasattr(event, name)}


def _events(model: str) -> Any:  # noqa: ANN401  the model is made by the library
    return apps.get_model("activities", f"{model}Event").objects


# --- Its address ------------------------------------------------------------------------------------------------------


def mark() -> Mark:
    """Taken before a change, so that its own events are known afterwards."""
    return _newest("Occurrence"), _newest("Series")


def undo_of_occurrences(since: Mark, place: int, keys: list[int], *, left_empty: bool = False) -> str:
    """
    What takes back a change just made of these alone; empty where nothing was changed. `left_empty` where the old date
    was in the rhythm of the series until then, and is to be again.
    """
    events = _events("Occurrence").filter(pgh_id__gt=since[0], pgh_obj_id__in=keys)
    found = sorted(events.values_list("pgh_id", flat=True))
    return _signed(place, {"o": [found, _newest("Occurrence")], "left": left_empty}) if found else ""


def undo_of_a_new_one(occurrence: Occurrence) -> str:
    """What takes back one that was just put into the plan."""
    return _signed(occurrence.place_id, {"o": [[], _newest("Occurrence")], "k": [occurrence.pk]})


def undo_of_series(  # noqa: PLR0913  all but the first three by name
    since: Mark,
    place: int,
    series: list[int],
    *,
    made: tuple[int, int],
    new: int | None = None,
    as_a_whole: bool = False,
) -> str:
    """
    What takes back a change just made of whole series; empty where nothing was changed or made.

    They are named by the stretch of history it lies in, for an address has no room for hundreds of keys. `made` is
    the first and the last key that new occurrences may have, and `new` the series that was made.
    """
    own = _events("Series").filter(pgh_id__gt=since[1], pgh_obj_id__in=series).values_list("pgh_id", flat=True)
    change: dict[str, Any] = {"o": [[], _newest("Occurrence")], "first": since[0] + 1, "s": series}
    change |= {"p": place, "series": list(own), "last_series": _newest("Series"), "n": new, "m": made}
    change |= {"whole": as_a_whole}
    if new or change["series"] or _before(change) or _made(change).exists():
        return _signed(place, change)
    return ""


def undo_of_handover(since: Mark, place: int, *, series: list[int], person: int, first: dt.date) -> str:
    """
    What takes back that all of one person's, from `first` on, was just handed over; empty where there was nothing.
    Whoever handed it over held all those rows, so that nothing else in that stretch of history is of that person.
    """
    own = _events("Series").filter(pgh_id__gt=since[1], pgh_obj_id__in=series).values_list("pgh_id", flat=True)
    change: dict[str, Any] = {"o": [[], _newest("Occurrence")], "first": since[0] + 1, "r": person, "p": place}
    change |= {"d": first.isoformat(), "s": series, "series": list(own), "last_series": _newest("Series")}
    return _signed(place, change) if change["series"] or _before(change) else ""


def undo_of_season(season: Season, newest: int) -> str:
    """What takes back a season just saved, when its history reached to `newest` before; empty if nothing changed."""
    changed = _events("Season").filter(pgh_obj_id=season.pk, pgh_id__gt=newest).order_by("pgh_id").first()
    return _season_signed(season, changed.pgh_id) if changed else ""


def undo_of_a_new_season(season: Season) -> str:
    return _season_signed(season, None)


def newest_of_seasons() -> int:
    return _newest("Season")


def _season_signed(season: Season, event: int | None) -> str:
    return _signed(season.place_id, {"season": season.pk, "e": event, "last": _newest("Season")})


def _newest(model: str) -> int:
    newest: int | None = _events(model).aggregate(last=Max("pgh_id"))["last"]
    return newest or 0


def _signed(place: int, change: dict[str, Any]) -> str:
    return signing.dumps({**change, "p": place}, salt=SALT, compress=True)
