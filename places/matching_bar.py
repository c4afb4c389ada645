"""The year's money as a bar: municipality left of the middle, business right. Numbers in, positions out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from places.queries import MoneyYear, PartyMoney, SideMoney

WIDTH = 1000
# Of the widest letters in the sizes used, so that a text that is let in also fits.
LETTER = 7
SHORTEST_NAME = 5

State = Literal["paid", "late", "remaining"]


@dataclass(frozen=True)
class Segment:
    """A stretch of money of one side in one state, in SEK; x and width in units of WIDTH."""

    side: str
    state: State
    amount: Decimal
    x: int
    width: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def has_room(self) -> bool:
        """Whether word and amount can stand inside."""
        return self.width >= LETTER * 16


@dataclass(frozen=True)
class Bracket:
    """A party's stretch under the bar. The name is cut where it does not fit, and empty where not even that does."""

    x: int
    width: int
    name: str
    share: Decimal | None

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def end(self) -> int:
        return self.x + self.width

    @property
    def has_room(self) -> bool:
        return self.width >= LETTER * SHORTEST_NAME


@dataclass(frozen=True)
class MatchingBar:
    segments: tuple[Segment, ...]
    brackets: tuple[Bracket, ...]
    # Where business begins.
    middle: int

    @property
    def late(self) -> tuple[Segment, ...]:
        return tuple(segment for segment in self.segments if segment.state == "late")


def matching_bar(money: MoneyYear) -> MatchingBar | None:
    """None when nobody pledged anything that year."""
    if not money.pledged:
        return None
    scale = WIDTH / money.pledged
    # Paid money meets in the middle, so that one sees what is still to come at the ends.
    left = _segments("municipal", money.municipal, ("remaining", "late", "paid"))
    right = [
        segment
        for side, sums in (("business", money.business), ("other", money.other))
        for segment in _segments(side, sums, ("paid", "late", "remaining"))
    ]
    return MatchingBar(
        segments=tuple(_placed([*left, *right], scale)),
        brackets=tuple(_brackets(money.parties, scale)),
        middle=round(money.municipal.pledged * scale),
    )


def _segments(side: str, sums: SideMoney, order: Iterable[State]) -> list[tuple[str, State, Decimal]]:
    amounts: dict[State, Decimal] = {"paid": sums.paid, "late": sums.late, "remaining": max(sums.remaining, Decimal(0))}
    return [(side, state, amounts[state]) for state in order if amounts[state] > 0]


def _placed(parts: list[tuple[str, State, Decimal]], scale: Decimal) -> Iterable[Segment]:
    begins = Decimal(0)
    for side, state, amount in parts:
        x, end = round(begins * scale), round((begins + amount) * scale)
        yield Segment(side, state, amount, x, min(end, WIDTH) - x)
        begins += amount


def _brackets(parties: Iterable[PartyMoney], scale: Decimal) -> Iterable[Bracket]:
    begins = Decimal(0)
    for party in parties:
        x, end = round(begins * scale), round((begins + party.pledged) * scale)
        begins += party.pledged
        if end > x:
            yield Bracket(x, end - x, _cut(party.name, (end - x) // LETTER), party.share)


def _cut(name: str, letters: int) -> str:
    if len(name) <= letters:
        return name
    return f"{name[: letters - 1].rstrip()}…" if letters > SHORTEST_NAME else ""
