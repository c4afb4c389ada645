"""Read a study in the Public Life Data Protocol into a place's ledger."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from measurements.exchange import bulk, pldp
from measurements.models import AgeSet, DailyCount, Gender, Headcount, Level, Measure
from places.models import Line, Membership, Place, User, Zone
from places.models.place import validate_unlocked


class Command(BaseCommand):
    help = "Import people moving and staying from a folder of Public Life Data Protocol files; all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--place", required=True, metavar="SLUG")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; an administrator of the place when left out")
        parser.add_argument(
            "--dry-run", action="store_true", help="check everything and print the totals, save nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        place = Place.objects.filter(slug=options["place"]).first()
        if place is None:
            raise CommandError(f"There is no place {options['place']}.")
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is not a folder.")
        by = self._person(place, options["by"])
        age_set = AgeSet.objects.filter(is_default=True).first()
        if age_set is None:
            raise CommandError("There is no default age set to count in.")
        bands = frozenset(age_set.bands.values_list("lower", flat=True))
        try:
            study = pldp.read_study(options["folder"], today=timezone.localdate(), bands=bands)
        except pldp.StudyError as error:
            raise CommandError(f"Nothing was imported:\n{error}") from error
        self._refuse_days(place, {count.start.date() for count in study.counts})
        with transaction.atomic():
            self._ground(place, study)
            counts = list(pldp.placed(study, place))
            loaded = bulk.load(place=place, counts=counts, age_set_id=age_set.pk, by=by)
            self._totals(place, counts)
            if options["dry_run"]:
                transaction.set_rollback(True)
        what = "Dry run, nothing saved: would add" if options["dry_run"] else "Added"
        self.stdout.write(f"{what} {loaded.new} counts; {loaded.known} were there already.")

    def _person(self, place: Place, email: str | None) -> User:
        members = User.objects.filter(memberships__place=place)
        if email:
            person = members.filter(email__iexact=email).first()
        else:
            person = members.filter(memberships__role=Membership.Role.ADMIN).first()
        if person is None:
            raise CommandError(f"{email or 'No administrator'} works at {place}. Name a member with --by.")
        return person

    def _refuse_days(self, place: Place, days: set[dt.date]) -> None:
        outside = sorted(day for day in days if not place.runs_on(day))
        if outside:
            raise CommandError(f"{place} was not in operation on {outside[0]}, nor on {len(outside) - 1} other days.")
        for day in sorted(days):
            try:
                validate_unlocked(place, day)
            except ValidationError as error:
                raise CommandError(f"Nothing was imported: {error.messages[0]}") from error

    def _ground(self, place: Place, study: pldp.Study) -> None:
        for name in study.locations.values():
            Zone.objects.get_or_create(place=place, name=name)
            Line.objects.get_or_create(place=place, name=name)

    def _totals(self, place: Place, counts: list[bulk.ImportedCount]) -> None:
        """Print what the ledger now holds of this study, counted there and not in the files."""
        stored = Headcount.objects.filter(uuid__in=[count.uuid for count in counts])
        groups = {
            "Moving, total only (Row_ID 1)": stored.filter(measure=Measure.PASSING, level=Level.TOTAL),
            "Moving, by gender (Row_ID 2)": stored.filter(measure=Measure.PASSING, level=Level.GENDER),
            "Staying, by gender and age": stored.filter(measure=Measure.STAYING),
        }
        for name, rows in groups.items():
            people = list(rows.values_list("people", flat=True))
            self.stdout.write(
                f"{name}: {sum(filter(None, people))} people in {len(people)} counts, {people.count(0)} zero"
            )
        days = {count.date for count in counts}
        cells = DailyCount.objects.filter(place=place, date__in=days).exclude(level=Level.TOTAL)
        for measure in (Measure.PASSING, Measure.STAYING):
            for gender in Gender:
                found = list(cells.filter(measure=measure, gender=gender).values_list("age_band__lower", "people"))
                by_age: dict[int | None, int] = {}
                for lower, people_seen in found:
                    by_age[lower] = by_age.get(lower, 0) + people_seen
                ages = ", ".join(
                    f"{'-' if lower is None else lower}: {n}"
                    for lower, n in sorted(by_age.items(), key=lambda pair: -1 if pair[0] is None else pair[0])
                )
                self.stdout.write(f"  {measure} {gender.name.lower()}: {sum(by_age.values())} ({ages})")
