"""What the places' own background work is."""

import datetime as dt

from procrastinate.contrib.django import app

from places.jobs import BEFORE_REPORTS
from places.models import KeptForm, Submission
from places.trash import delete_for_good

# What was typed while signed out is kept so long, as its cookie is.
KEPT_FOR = dt.timedelta(days=7)


@app.periodic(cron="20 3 * * *")
@app.task(name="places.empty_trash", queueing_lock="places.empty_trash", priority=BEFORE_REPORTS)
def empty_trash(timestamp: int) -> None:
    """Each night, as of the time it was due."""
    delete_for_good(dt.datetime.fromtimestamp(timestamp, dt.UTC))


@app.periodic(cron="40 3 * * *")
@app.task(name="places.forget_kept_forms", queueing_lock="places.forget_kept_forms", priority=BEFORE_REPORTS)
def forget_kept_forms(timestamp: int) -> None:
    """Each night, as of the time it was due."""
    KeptForm.objects.filter(kept_at__lt=dt.datetime.fromtimestamp(timestamp, dt.UTC) - KEPT_FOR).delete()


@app.periodic(cron="50 3 * * *")
@app.task(name="places.forget_submissions", queueing_lock="places.forget_submissions", priority=BEFORE_REPORTS)
def forget_submissions(timestamp: int) -> None:
    """Each night, as of the time it was due: what is sent again after a day is meant."""
    Submission.objects.filter(made_at__lt=dt.datetime.fromtimestamp(timestamp, dt.UTC) - dt.timedelta(days=1)).delete()
