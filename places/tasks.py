"""What the places' own background work is."""

import datetime as dt

from procrastinate.contrib.django import app

from places.trash import delete_for_good


@app.periodic(cron="20 3 * * *")
@app.task(name="places.empty_trash", queueing_lock="places.empty_trash")
def empty_trash(timestamp: int) -> None:
    """Each night, as of the time it was due."""
    delete_for_good(dt.datetime.fromtimestamp(timestamp, dt.UTC))
