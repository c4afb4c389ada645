"""The age bands that people are counted in: ours, and the Public Life Data Protocol's that ours roll up to."""

import datetime as dt

from django.db import migrations

VALID_FROM = dt.date(2020, 1, 1)
AGE_SETS = {
    "AMP": [(0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None)],
    "PLDP basic": [(0, 14), (15, 24), (25, 64), (65, None)],
}


def make_age_sets(apps, schema_editor):
    AgeSet = apps.get_model("measurements", "AgeSet")
    AgeBand = apps.get_model("measurements", "AgeBand")
    for name, bands in AGE_SETS.items():
        age_set = AgeSet.objects.create(name=name, version=1, valid_from=VALID_FROM, is_default=name == "AMP")
        AgeBand.objects.bulk_create(AgeBand(age_set=age_set, lower=lower, upper=upper) for lower, upper in bands)


class Migration(migrations.Migration):
    dependencies = [
        ("measurements", "0002_initial"),
    ]

    operations = [
        # Left as they are when going back: counts may lean on them.
        migrations.RunPython(make_age_sets, migrations.RunPython.noop),
    ]
