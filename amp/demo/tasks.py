"""What the demo leaves to the background: its reports, which take some seconds each."""

import datetime as dt

from procrastinate.contrib.django import app


@app.task(name="amp.demo.publish_reports")
def publish_reports(slug: str, today: str) -> None:
    """Make and publish the reports of a demo square as seeded on `today`. Run again, it goes on where it stopped."""
    # The demo's own modules are of no use to a worker that never seeds.
    from amp.demo import editions
    from amp.demo.square import Stage
    from amp.demo.story import SQUARES
    from places.models import Membership, Place

    place = Place.objects.get(slug=slug, is_demo=True)
    square = next(one for one in SQUARES if one.slug == slug)
    manager = place.memberships.select_related("user").get(role=Membership.Role.MANAGER).user
    for _edition in editions.publish(place, square, Stage(slug, dt.date.fromisoformat(today)), manager):
        pass
