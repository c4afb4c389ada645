"""What is planned and what took place."""

from activities.models.care import CareCase
from activities.models.log import DayLog, Partner, Weather
from activities.models.photo import Photo
from activities.models.voice import Voice
from activities.models.wheel import Kind, Occurrence, Season, Series

__all__ = [
    "CareCase",
    "DayLog",
    "Kind",
    "Occurrence",
    "Partner",
    "Photo",
    "Season",
    "Series",
    "Voice",
    "Weather",
]
