"""`manage.py seed_demo`: two invented squares with a believable year up to today."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from amp.demo.build import build
from amp.demo.people import PEOPLE, logins
from amp.demo.story import SQUARES
from places.models import Place, User


class Command(BaseCommand):
    help = "Fill the database with two invented squares and their year up to today."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=_day, help="the day the year ends on, YYYY-MM-DD; today if not given")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when the demo is there already")
        parser.add_argument("--logins", action="store_true", help="print who can sign in, and seed nothing")

    def handle(self, **options: Any) -> None:
        if options["logins"]:
            self.stdout.write("\n".join(logins()))
        elif not Place.objects.filter(is_demo=True).exists():
            self._seed(options["today"])
        elif not options["if_empty"]:
            message = "The demo squares are there already. Use an empty database, or --if-empty to leave them be."
            raise CommandError(message)

    def _seed(self, asked: dt.date | None) -> None:
        now = timezone.localtime()
        today = asked or now.date()
        if today > now.date():
            message = f"{today} has not come yet. Nothing can have happened on it."
            raise CommandError(message)
        if taken := _taken():
            message = f"The demo needs names that are in use here: {', '.join(taken)}. Use an empty database."
            raise CommandError(message)
        # An earlier day is over.
        build(today, now.time() if today == now.date() else dt.time.max)
        names = " and ".join(square.name for square in SQUARES)
        self.stdout.write(f"{names} have their year up to {today}.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        message = f"“{text}” is not a day. Write it as 2026-11-23."
        raise CommandError(message) from error


def _taken() -> list[str]:
    """Addresses of places and people that a real square already has."""
    slugs = Place.objects.filter(slug__in=[square.slug for square in SQUARES]).values_list("slug", flat=True)
    emails = User.objects.filter(email__in=[person.email for person in PEOPLE]).values_list("email", flat=True)
    return [*slugs, *emails]
