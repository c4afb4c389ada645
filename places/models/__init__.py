"""The ground: squares, people, and the contract they stand on."""

from places.models.contract import Contract, Instalment, Party, Pledge
from places.models.people import Membership, Organisation, Representative, User
from places.models.place import (
    Line,
    OpenDay,
    OpeningException,
    OpeningHours,
    PeriodLock,
    Place,
    SchoolHoliday,
    Zone,
)

__all__ = [
    "Contract",
    "Instalment",
    "Line",
    "Membership",
    "OpenDay",
    "OpeningException",
    "OpeningHours",
    "Organisation",
    "Party",
    "PeriodLock",
    "Place",
    "Pledge",
    "Representative",
    "SchoolHoliday",
    "User",
    "Zone",
]
