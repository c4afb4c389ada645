"""What people fill in about the plan and the log."""

from activities.forms.fields import OfPlace, choose_from, date_input
from activities.forms.log import (
    DayLogForm,
    DayLogLineForm,
    HoursForm,
    LogFilter,
    NoteForm,
    OutcomeForm,
    PartnerForm,
    ProgrammeFilter,
    UnplannedForm,
)
from activities.forms.plan import AnswerForm, CancelForm, OccurrenceForm, SeasonForm, SeriesForm

__all__ = [
    "AnswerForm",
    "CancelForm",
    "DayLogForm",
    "DayLogLineForm",
    "HoursForm",
    "LogFilter",
    "NoteForm",
    "OccurrenceForm",
    "OfPlace",
    "OutcomeForm",
    "PartnerForm",
    "ProgrammeFilter",
    "SeasonForm",
    "SeriesForm",
    "UnplannedForm",
    "choose_from",
    "date_input",
]
