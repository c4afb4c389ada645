"""Read a study in the Public Life Data Protocol into a place's ledger."""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from measurements.exchange import bulk, matching, pldp
from measurements.models import AgeSet, DailyCount, Gender, Headcount, Level, Measure
from places.models import Line, Membership, Place, User, Zone
from places.models.place import validate_unlocked


class Command(BaseCommand):
    help = "Import people moving and staying from a folder of Public Life Data Protocol files; all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--place", required=True, metavar="SLUG")
        parser.add_argument(
            "--replace", action="store_true", help="where the file differs from what is here, the file's count stands"
        )
        parser.add_argument("--keep", action="store_true", help="where the file differs, what is here stands")
        parser.add_argument(
            "--skip-same", action="store_true", help="leave out counts that are here under another name"
        )
        parser.add_argument("--add-same", action="store_true", help="add them nevertheless: they are other people")
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
        age_sets = {
            one.pk: frozenset(one.bands.values_list("lower", "upper"))
            for one in AgeSet.objects.order_by("-is_default", "-valid_from", "-version", "pk")
        }
        try:
            study = pldp.read_study(options["folder"], today=timezone.localdate(), age_sets=age_sets)
        except pldp.StudyError as error:
            raise CommandError(f"Nothing was imported:\n{error}") from error
        self._refuse_days(place, {count.start.date() for count in study.counts})
        with transaction.atomic():
            self._ground(place, study)
            every = list(pldp.placed(study, place))
            counts, left = self._compared(place, study, every, by=by, options=options)
            loaded = bulk.load(place=place, counts=counts, age_set_id=study.age_set_id, by=by)
            self._totals(place, every)
            if options["dry_run"]:
                transaction.set_rollback(True)
        what = "Dry run, nothing saved: would add" if options["dry_run"] else "Added"
        self.stdout.write(f"{what} {loaded.new} counts; {loaded.known + left} were there already.")

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
        # A baseline is made before a place begins: only what is after its end is refused.
        outside = sorted(day for day in days if place.ended_on and day > place.ended_on)
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

    def _compared(
        self, place: Place, study: pldp.Study, counts: list[bulk.ImportedCount], *, by: User, options: dict[str, Any]
    ) -> tuple[list[bulk.ImportedCount], int]:
        """Counts to load, and how many beside them are here already; whatever needs a choice is refused until told."""
        found = matching.compare(place, counts, study.age_set_id)
        rows = {count.uuid: f"{one.file}, row {one.row}" for count, one in zip(counts, study.counts, strict=True)}
        for here, count in found.different:
            self.stdout.write(
                f"Different: {rows[count.uuid]}: {matching.told(here)}; the file has {matching.told(count)}"
            )
        for here, count in found.alike:
            self.stdout.write(f"Same: {rows[count.uuid]}: here already as {here.where}, {matching.told(here)}")
        asked = not options["dry_run"]
        if asked and found.different and options["replace"] == options["keep"]:
            raise CommandError(
                f"Nothing was imported: {len(found.different)} counts are different here. Choose --replace or --keep."
            )
        if asked and found.alike and options["skip_same"] == options["add_same"]:
            raise CommandError(
                f"Nothing was imported: {len(found.alike)} counts are here under other names. "
                "Choose --skip-same or --add-same."
            )
        fresh = list(found.fresh)
        if options["replace"]:
            fresh += matching.replace_all(found.different, by=by)
        if options["add_same"]:
            fresh += [count for _here, count in found.alike]
        left = (
            len(found.known)
            + (0 if options["add_same"] else len(found.alike))
            + (0 if options["replace"] else len(found.different))
        )
        return fresh, left

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
