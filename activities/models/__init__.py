"""What is planned and what took place."""

from activities.models.care import CareCase
from activities.models.log import DayLog, DayLogLine, Partner, Weather
from activities.models.photo import Photo
from activities.models.voice import Voice
from activities.models.wheel import (
    CalendarKey,
    Kind,
    Occurrence,
    Permit,
    Season,
    Series,
    TargetGroup,
    WarningAnswer,
    lasts_days,
)

__all__ = [
    "CalendarKey",
    "CareCase",
    "DayLog",
    "DayLogLine",
    "Kind",
    "Occurrence",
    "Partner",
    "Permit",
    "Photo",
    "Season",
    "Series",
    "TargetGroup",
    "Voice",
    "WarningAnswer",
    "Weather",
    "lasts_days",
]
