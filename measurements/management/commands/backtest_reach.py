"""`manage.py backtest_reach --place SLUG`: how the forecast would have done on the seasons that are over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from measurements.queries.reach import looked_back
from measurements.reach import Backtest
from places.models import Place


class Command(BaseCommand):
    help = "Forecast each season that is over from what was counted before it, and tell how right it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--place", required=True, help="the place's address name, such as lilltorget")
        parser.add_argument("--rows", action="store_true", help="tell of each thing in each season as well")

    def handle(self, **options: Any) -> None:
        place = Place.objects.filter(slug=options["place"]).first()
        if place is None:
            message = f"There is no place “{options['place']}”."
            raise CommandError(message)
        found = looked_back(place)
        if options["rows"]:
            self._tell_rows(found)
        self.stdout.write("\n".join(told(found)))

    def _tell_rows(self, found: Backtest) -> None:
        for row in found.rows:
            said = row.item.visits
            forecast = f"{said.value:.0f} ({said.low:.0f}–{said.high:.0f})" if said else "cannot be judged"
            last = "–" if row.as_last_year is None else f"{row.as_last_year:.0f}"
            words = (row.window, row.item.planned.key, f"{row.item.planned.times} times", row.item.basis, forecast)
            self.stdout.write("\t".join((*words, f"as last year {last}", f"counted {row.counted}")))


def told(found: Backtest) -> list[str]:
    """The figures in words, a line each."""
    windows = list(dict.fromkeys(row.window for row in found.rows))
    if not found.judged:
        return [f"{len(found.rows)} things in {len(windows)} seasons: none could be judged."]
    lines = [
        f"{len(found.rows)} things in {len(windows)} seasons ({', '.join(windows)}), {len(found.judged)} judged.",
        f"Inside the 80 % interval: {_percent(found.held_80)}. Inside the 95 % interval: {_percent(found.held_95)}.",
        f"Median error of the forecast: {_percent(found.median_error)}.",
    ]
    if pairs := found.against_last_year:
        mine, theirs, number = pairs
        lines.append(
            f"Where the year before was counted as well ({number}): {_percent(mine)}, and {_percent(theirs)} for"
            " “same as last year”."
        )
    return lines


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}".replace("%", " %")
