"""What people do to the plan and the log."""

from activities.actions.change import (
    Change,
    Changed,
    Scope,
    add_to_plan,
    cancel_occurrences,
    change_occurrence,
    change_series,
    move_occurrence,
    save_season,
    save_series,
)
from activities.actions.day import add_to_day_log, close_day, open_day, write_hours
from activities.actions.outcome import add_unplanned, record_outcome, take_back_outcome
from activities.actions.plan import SHARED, Materialised, materialise, plan_series, rhythm_of
from activities.actions.undo import Undone, last_change, undo_change

__all__ = [
    "SHARED",
    "Change",
    "Changed",
    "Materialised",
    "Scope",
    "Undone",
    "add_to_day_log",
    "add_to_plan",
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
    "save_season",
    "save_series",
    "take_back_outcome",
    "undo_change",
    "write_hours",
]
