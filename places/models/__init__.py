"""The ground: squares, people, and the contract they stand on."""

from places.models.contract import Contract, Instalment, Party, Pledge
from places.models.kept import KeptForm
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
from places.models.submission import Submission

__all__ = [
    "Contract",
    "Instalment",
    "KeptForm",
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
    "Submission",
    "User",
    "Zone",
]
