"""Priorities of background jobs; a higher one is taken first."""

# What is quick does not wait behind the reports that were ordered before it.
BEFORE_REPORTS = 10
