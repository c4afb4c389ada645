"""What was counted and what changed."""

from measurements.models.count import AgeBand, AgeSet, CountEntry, DailyCount, Gap, Gender, Headcount, Level, Measure
from measurements.models.indicator import Indicator, Occasion, Reading, Target
from measurements.models.phone import HeadcountAlias, ReceivedItem, ReceivedPayload
from measurements.models.population import Population
from measurements.models.representation import RepresentationTarget

__all__ = [
    "AgeBand",
    "AgeSet",
    "CountEntry",
    "DailyCount",
    "Gap",
    "Gender",
    "Headcount",
    "HeadcountAlias",
    "Indicator",
    "Level",
    "Measure",
    "Occasion",
    "Population",
    "Reading",
    "ReceivedItem",
    "ReceivedPayload",
    "RepresentationTarget",
    "Target",
]
