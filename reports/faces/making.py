"""What an edition adds to its figures."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

SHORT_HASH = 8


@dataclass(frozen=True)
class Making:
    """What an edition adds to its figures: its number, when it was made, their checksum, and what changed."""

    number: int
    made_on: dt.date
    sha256: str
    changes: Sequence[str] = ()

    @property
    def short_hash(self) -> str:
        return f"{self.sha256[:SHORT_HASH]}…{self.sha256[-SHORT_HASH:]}"
