"""Two ways of doing the same, timed in turns; the least disturbed run of each counts, for machines are shared."""

import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """How many times as long the work takes as its bare limit, by the shortest run of each in seconds."""

    name: str
    ours: float
    bare: float
    limit: float

    @property
    def value(self) -> float:
        return self.ours / self.bare

    @property
    def holds(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "TOO SLOW"
        return (
            f"{self.name}: {self.ours:.4f} s / {self.bare:.4f} s = {self.value:.2f}× (at most {self.limit}×) {verdict}"
        )


def seconds(work: Work) -> float:
    """One run."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def compare(  # noqa: PLR0913  all by name
    name: str, *, ours: Work, bare: Work, limit: float, rounds: int, warm_up: int = 1
) -> Ratio:
    """The shortest of `rounds` runs of each, in turns, after `warm_up` runs that are thrown away."""
    for _ in range(warm_up):
        ours()
        bare()
    pairs = [(seconds(ours), seconds(bare)) for _ in range(rounds)]
    mine, limits = zip(*pairs, strict=True)
    return Ratio(name, min(mine), min(limits), limit)
