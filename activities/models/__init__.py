"""What is planned and what took place."""

from activities.models.log import DayLog, Partner, Weather
from activities.models.wheel import Kind, Occurrence, Season, Series

__all__ = ["DayLog", "Kind", "Occurrence", "Partner", "Season", "Series", "Weather"]
