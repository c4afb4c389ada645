"""What people do to the plan and the log."""

from activities.actions.change import (
    Change,
    Changed,
    Scope,
    cancel_occurrences,
    change_occurrence,
    change_series,
    last_change,
    move_occurrence,
    undo_change,
)
from activities.actions.day import add_to_day_log, close_day, open_day, write_hours
from activities.actions.outcome import add_unplanned, record_outcome, take_back_outcome
from activities.actions.plan import SHARED, Materialised, materialise, plan_series, rhythm_of

__all__ = [
    "SHARED",
    "Change",
    "Changed",
    "Materialised",
    "Scope",
    "add_to_day_log",
    "add_unplanned",
    "cancel_occurrences",
    "change_occurrence",
    "change_series",
    "close_day",
    "last_change",
    "materialise",
    "move_occurrence",
    "open_day",
    "plan_series",
    "record_outcome",
    "rhythm_of",
    "take_back_outcome",
    "undo_change",
    "write_hours",
]
