"""What people do to the plan and the log."""

from activities.actions.day import add_to_day_log, close_day, open_day, write_hours
from activities.actions.outcome import add_unplanned, record_outcome, take_back_outcome
from activities.actions.plan import Materialised, materialise, move_occurrence, plan_series, rhythm_of

__all__ = [
    "Materialised",
    "add_to_day_log",
    "add_unplanned",
    "close_day",
    "materialise",
    "move_occurrence",
    "open_day",
    "plan_series",
    "record_outcome",
    "rhythm_of",
    "take_back_outcome",
    "write_hours",
]
