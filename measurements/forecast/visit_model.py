"""
How many people come to one thing each time: a zero-inflated negative binomial model, fitted on a grid.

Each time is empty with probability `empty`; otherwise the number of people is negative binomial with some mean and
variance mean + dispersion * mean². The three parameters are not estimated as single values: their joint posterior is
computed on a grid, and draws are made from it, so that few counts give wide intervals. Maximum likelihood does not
converge on five counts, and a log-normal model has no place for a time when nobody came.

Priors: the mean is flat on the log scale. The square root of the dispersion is half-Cauchy with scale 0.7, and the
probability of an empty time is Beta(0.2, 5); both were chosen by simulated coverage (tests/measurements/forecast)
and are replaced by what the other things of the same kind show, where that is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float64]

# Scale of the half-Cauchy prior of the square root of the dispersion.
DISPERSION_SCALE = 0.7
# Prior of the probability of an empty time.
EMPTY_PRIOR = (0.2, 5.0)
# Points of the grid: mean, dispersion, probability of an empty time.
MEANS, DISPERSIONS, EMPTIES = 40, 24, 16
LEAST_DISPERSION, GREATEST_DISPERSION = 0.003, 10.0
# The grid of means ends so many standard errors above the mean of the counts, and at this part of it below.
STANDARD_ERRORS, LOWEST_PART = 12, 1 / 40
# Nobody has come yet: the mean is positive all the same.
HALF = 0.5


@dataclass(frozen=True)
class Dispersion:
    """What is known of dispersion and empty times: log density over that part of the grid, prior included."""

    log_density: "Array"


@dataclass(frozen=True)
class _Fit:
    """Weights over the grid; shape (means, dispersions, empties), sum 1."""

    means: "Array"
    weights: "Array"


def whole(mean: float) -> int:
    """A mean as a count, half up."""
    return int(mean + HALF)


def dispersion(things: Sequence[Sequence[int]]) -> Dispersion:
    """How the counts of one thing differ, judged by several things, each with a mean of its own that is unknown."""
    import numpy as np  # slow, and only a forecast needs it
    from scipy.special import logsumexp

    total = _prior()
    for counts in things:
        _means, log_likelihood = _log_likelihood(counts)
        total = total + np.asarray(logsumexp(log_likelihood, axis=0))
    return Dispersion(total)


def draw_more(
    random: "np.random.Generator", counts: Sequence[int], known: Dispersion | None, times: int, size: int
) -> "Array":
    """
    Draws of the sum of so many more times of the thing that the counts are of. Empty counts are an error.

    The mean of the draws is `times` times the mean of the counts, apart from chance, unless that is 0.
    """
    import numpy as np  # slow, and only a forecast needs it

    means, dispersions, empties = _draw_parameters(random, counts, known, size)
    return _draw_sums(random, means, dispersions, empties, np.full(size, times))


def draw_new(  # noqa: PLR0913, PLR0917  what a new thing depends on
    random: "np.random.Generator",
    thing_means: Sequence[int],
    known: Dispersion | None,
    times: int,
    mean: float,
    size: int,
) -> "Array":
    """
    Draws of the sum of so many times of a thing never counted, by the means of the other things of its kind.

    `known` tells how times differ within a thing; where that is not known, they differ as the things do.
    """
    import numpy as np  # slow, and only a forecast needs it

    centres, between, _ = _draw_parameters(random, thing_means, None, size)
    own = random.gamma(1 / between, between * centres)
    if mean:
        own *= mean / own.mean()
    _, within, empties = (
        _draw_parameters(random, thing_means, known, size) if known else (None, between, np.zeros(size))
    )
    return _draw_sums(random, own / (1 - empties), within, empties, np.full(size, times))


# --- The posterior on the grid ----------------------------------------------------------------------------------------


@cache
def _dispersions() -> "Array":
    import numpy as np  # slow, and only a forecast needs it

    return np.geomspace(LEAST_DISPERSION, GREATEST_DISPERSION, DISPERSIONS)


@cache
def _empties() -> "Array":
    """Finer where the probability is small."""
    import numpy as np  # slow, and only a forecast needs it

    return np.linspace(0.0005**0.5, 0.9**0.5, EMPTIES) ** 2


@cache
def _prior() -> "Array":
    """Log prior of dispersion and empty times; shape (dispersions, empties)."""
    import numpy as np  # slow, and only a forecast needs it
    from scipy.stats import beta

    phi = _dispersions()
    # Half-Cauchy of the square root, as a density of the logarithm.
    of_dispersion = 0.5 * np.log(phi) - np.log1p(phi / DISPERSION_SCALE**2)
    points = _empties()
    edges = np.concatenate([[0.0], (points[1:] + points[:-1]) / 2, [1.0]])
    of_empty = np.log(np.diff(beta.cdf(edges, *EMPTY_PRIOR)))
    prior: Array = of_dispersion[:, None] + of_empty[None, :]
    return prior


def _log_likelihood(counts: Sequence[int]) -> "tuple[Array, Array]":
    """The grid of means, and the log likelihood over the grid; the prior of the mean is flat on the log scale."""
    import numpy as np  # slow, and only a forecast needs it
    from scipy.special import gammaln

    people = np.asarray(counts, dtype=float)
    met = people[people > 0]
    mean = people.mean() + HALF
    spread = max(people.std(ddof=1) if len(people) > 1 else mean, np.sqrt(mean))
    means = np.geomspace(mean * LOWEST_PART, mean + STANDARD_ERRORS * spread / np.sqrt(len(people)), MEANS)
    mu, shape = means[:, None], 1 / _dispersions()[None, :]
    log_of_nobody = shape * np.log(shape / (shape + mu))
    of_met = (
        gammaln(met[:, None] + shape).sum(axis=0)
        - len(met) * gammaln(shape)
        + met.sum() * np.log(mu / (mu + shape))
        + len(met) * log_of_nobody
    )
    empty = _empties()
    of_empty = np.log(empty + (1 - empty) * np.exp(log_of_nobody)[..., None])
    log_likelihood: Array = of_met[..., None] + len(met) * np.log1p(-empty) + (len(people) - len(met)) * of_empty
    return means, log_likelihood


def _fit(counts: Sequence[int], known: Dispersion | None) -> _Fit:
    import numpy as np  # slow, and only a forecast needs it

    means, log_likelihood = _log_likelihood(counts)
    log_weights = log_likelihood + (known.log_density if known else _prior())
    weights = np.exp(log_weights - log_weights.max())
    return _Fit(means, weights / weights.sum())


def _draw_parameters(
    random: "np.random.Generator", counts: Sequence[int], known: Dispersion | None, size: int
) -> "tuple[Array, Array, Array]":
    """
    Mean when not empty, dispersion, and probability of an empty time; each of shape (size,).

    Scaled so that the expected number is the mean of the counts: over many things a small excess would add up. The
    factor is near 1, for the mean is drawn about that of the counts and not about that of their logarithms. Where
    nobody has come yet there is no scaling: nobody is expected, and the upper end of the interval stays above 0.
    """
    import numpy as np  # slow, and only a forecast needs it

    fit = _fit(counts, known)
    chosen = random.choice(fit.weights.size, size, p=fit.weights.ravel())
    mean_at, dispersion_at, empty_at = np.unravel_index(chosen, fit.weights.shape)
    means = fit.means[mean_at] * _within_a_step(random, fit.means, size)
    dispersions = _dispersions()[dispersion_at] * _within_a_step(random, _dispersions(), size)
    empties = _empties()[empty_at]
    if any(counts):
        means *= sum(counts) / len(counts) / (means * (1 - empties)).mean()
    return means, dispersions, empties


def _within_a_step(random: "np.random.Generator", grid: "Array", size: int) -> "Array":
    """Factors that spread draws evenly over the step of a geometric grid."""
    import numpy as np  # slow, and only a forecast needs it

    factors: Array = np.exp(random.uniform(-0.5, 0.5, size) * np.log(grid[1] / grid[0]))
    return factors


def _draw_sums(
    random: "np.random.Generator", means: "Array", dispersions: "Array", empties: "Array", times: "NDArray[np.int64]"
) -> "Array":
    """Sums over the times that are not empty: a sum of such negative binomials is one, drawn as a gamma's Poisson."""
    import numpy as np  # slow, and only a forecast needs it

    met = random.binomial(times, 1 - empties)
    rates = random.gamma(np.maximum(met, 1) / dispersions, means * dispersions)
    sums: Array = np.where(met > 0, random.poisson(rates), 0).astype(float)
    return sums
