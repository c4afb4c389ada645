"""What the demo leaves to the background: its reports, which take some seconds each."""

import datetime as dt

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

# Somebody who tries the demo may be writing just as a report is to be published.
RETRY = RetryStrategy(max_attempts=5, wait=10)


@app.task(name="amp.demo.publish_reports", retry=RETRY)
def publish_reports(slug: str, today: str) -> None:
    """
    Make and publish the next report of a demo square as seeded on `today`, and ask for the one after it.

    One at a time: whoever orders a report meanwhile need not wait for all of them.
    """
    # The demo's own modules are of no use to a worker that never seeds.
    from amp.demo import editions
    from amp.demo.square import Stage
    from amp.demo.story import SQUARES
    from places.models import Membership, Place

    place = Place.objects.get(slug=slug, is_demo=True)
    square = next(one for one in SQUARES if one.slug == slug)
    manager = place.memberships.select_related("user").get(role=Membership.Role.MANAGER).user
    if next(editions.publish(place, square, Stage(slug, dt.date.fromisoformat(today)), manager), None):
        publish_reports.defer(slug=slug, today=today)
