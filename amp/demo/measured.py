"""The planned indicators, occasions, readings and targets written down."""

from collections.abc import Iterable
from decimal import Decimal

from amp.demo.indicators import EXAMPLE, MeasurementPlan
from amp.demo.square import Aim
from measurements.models import Indicator, Occasion, Reading, RepresentationTarget, Target
from places.models import Place


def add_measurements(place: Place, plan: MeasurementPlan) -> None:
    occasions = {
        each.name: Occasion(
            place=place,
            name=each.name,
            role=each.role,
            first=each.first,
            last=each.last,
            season=each.season,
            method=each.method,
            weather=each.weather,
            conducted_by="Torgvärdarna",
        )
        for each in plan.occasions
    }
    indicators = {
        each.name: Indicator(
            place=place,
            name=each.name,
            group=each.group,
            shape=each.shape,
            unit=each.unit,
            scale_min=each.scale[0] if each.scale else None,
            scale_max=each.scale[1] if each.scale else None,
            more_is_better=each.more_is_better,
            method=each.method,
            source=EXAMPLE,
        )
        for each in plan.indicators
    }
    Occasion.objects.bulk_create(occasions.values())
    Indicator.objects.bulk_create(indicators.values())
    Reading.objects.bulk_create(
        Reading(
            indicator=indicators[each.name],
            occasion=occasions[reading.occasion],
            value=reading.value,
            n=reading.n,
            spread=reading.spread,
            exposure=reading.exposure,
            relative_change=reading.relative_change,
            at_least=reading.at_least,
            source=EXAMPLE,
        )
        for each in plan.indicators
        for reading in each.readings
    )
    Target.objects.bulk_create(
        Target(indicator=indicators[each.name], year=year, value=value)
        for each in plan.indicators
        for year, value in each.targets
    )


def add_aims(place: Place, aims: Iterable[Aim]) -> None:
    """Until further notice."""
    RepresentationTarget.objects.bulk_create(
        RepresentationTarget(
            place=place,
            gender=aim.gender,
            lower=aim.lower,
            upper=aim.upper,
            measured_in=aim.measured_in,
            least=Decimal(aim.least),
        )
        for aim in aims
    )
