"""
All that a quarterly report shows, gathered once and frozen as text.

Numbers, dates and names only, so that the figures are the same in every language. A field may be added with a
default; none is renamed or taken away, for published editions are read back with these classes.
"""

from reports.contexts.money import Money, PartyMoney, Promise
from reports.contexts.opening import Closure, Missed, Opening
from reports.contexts.people import AgeRow, Crowd, Figure, GroupShare, Measured, People, Representation
from reports.contexts.programme import (
    Exceptional,
    KindRow,
    Plan,
    PlannedItem,
    PlannedSeries,
    Programme,
    Reason,
    WheelDay,
)
from reports.contexts.quality import Coverage, Gap, Quality
from reports.contexts.quarterly import QuarterlyReport, sha256_of
from reports.contexts.square import Care, CareRow, Picture, Quote

__all__ = [
    "AgeRow",
    "Care",
    "CareRow",
    "Closure",
    "Coverage",
    "Crowd",
    "Exceptional",
    "Figure",
    "Gap",
    "GroupShare",
    "KindRow",
    "Measured",
    "Missed",
    "Money",
    "Opening",
    "PartyMoney",
    "People",
    "Picture",
    "Plan",
    "PlannedItem",
    "PlannedSeries",
    "Programme",
    "Promise",
    "Quality",
    "QuarterlyReport",
    "Quote",
    "Reason",
    "Representation",
    "WheelDay",
    "sha256_of",
]
