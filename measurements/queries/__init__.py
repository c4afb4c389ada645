"""Questions across rows, each answered in one trip with plain values. Indicators: see `queries.indicator`."""

from measurements.queries.coverage import Completeness, Coverage, GapSpan, completeness
from measurements.queries.crosstab import Crosstab, cells_of, people_by_gender_and_age, people_of
from measurements.queries.earlier import EarlierCount, same_weekday_before
from measurements.queries.figures import (
    MeasureTotal,
    ParticipatingFigure,
    PassingFigure,
    StayingFigure,
    participating_by_kind,
    participating_figures,
    passing_figures,
    staying_figures,
    totals_by_measure,
)
from measurements.queries.population import GroupIndex, Representation, representation

__all__ = [
    "Completeness",
    "Coverage",
    "Crosstab",
    "EarlierCount",
    "GapSpan",
    "GroupIndex",
    "MeasureTotal",
    "ParticipatingFigure",
    "PassingFigure",
    "Representation",
    "StayingFigure",
    "cells_of",
    "completeness",
    "participating_by_kind",
    "participating_figures",
    "passing_figures",
    "people_by_gender_and_age",
    "people_of",
    "representation",
    "same_weekday_before",
    "staying_figures",
    "totals_by_measure",
]
