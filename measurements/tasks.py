"""What runs in the background: what phones sent is not kept longer than it is needed."""

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app

from measurements.models import ReceivedPayload
from places.jobs import BEFORE_REPORTS

KEPT = dt.timedelta(days=90)


@app.periodic(cron="30 3 * * *")
@app.task(
    name="measurements.delete_old_payloads", queueing_lock="measurements.delete_old_payloads", priority=BEFORE_REPORTS
)
def delete_old_payloads(timestamp: int) -> None:  # noqa: ARG001  the periodic call gives the time
    ReceivedPayload.objects.filter(received_at__lt=timezone.now() - KEPT).delete()
