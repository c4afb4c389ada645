"""The plan under wheel/, the log under log/; the wheel itself joins the apps and is in amp."""

from django.urls import path, register_converter

from activities.dates import DayConverter
from activities.programme.views import public, season
from activities.records.views import care, partner, photo, voice
from activities.views import change, handover, log, occurrence, practice, series, warning, week, wheel

register_converter(DayConverter, "day")

app_name = "activities"
urlpatterns = [
    path("wheel/list/", wheel.programme, name="programme"),
    path("wheel/week/", week.week, name="week"),
    path("wheel/seasons/new/", wheel.season_create, name="season_create"),
    path("wheel/seasons/<int:pk>/", wheel.season_update, name="season_update"),
    path("wheel/seasons/<int:pk>/publish/", season.season_publish, name="season_publish"),
    path("wheel/seasons/<int:pk>/take-back/", season.season_take_back, name="season_take_back"),
    path("wheel/seasons/<int:pk>/changes/", season.season_changes, name="season_changes"),
    path("wheel/public/", public.public_programme, name="public_programme"),
    path("wheel/series/new/", series.series_create, name="series_create"),
    path("wheel/series/<int:pk>/", series.series_detail, name="series_detail"),
    path("wheel/series/<int:pk>/change/", series.series_update, name="series_update"),
    path("wheel/occurrences/new/", change.occurrence_create, name="occurrence_create"),
    path("wheel/occurrences/<int:pk>/", occurrence.occurrence_detail, name="occurrence_detail"),
    path("wheel/occurrences/<int:pk>/change/", change.occurrence_update, name="occurrence_update"),
    path("wheel/occurrences/<int:pk>/cancel/", change.occurrence_cancel, name="occurrence_cancel"),
    path("wheel/occurrences/<int:pk>/move/", week.occurrence_move, name="occurrence_move"),
    path("wheel/undo/<str:token>/", change.plan_undo, name="plan_undo"),
    path("wheel/responsible/<int:person>/", handover.handover, name="handover"),
    path("wheel/warnings/", warning.warning_list, name="warning_list"),
    path("wheel/warnings/answer/", warning.warning_answer, name="warning_answer"),
    path("wheel/warnings/<int:pk>/open/", warning.warning_reopen, name="warning_reopen"),
    path("wheel/occurrences/<int:pk>/outcome/", occurrence.outcome_record, name="outcome_record"),
    path("wheel/occurrences/<int:pk>/outcome/back/", occurrence.outcome_take_back, name="outcome_take_back"),
    path("wheel/partners/", partner.partner_list, name="partner_list"),
    path("wheel/partners/new/", partner.partner_create, name="partner_create"),
    path("wheel/partners/<int:pk>/", partner.partner_detail, name="partner_detail"),
    path("wheel/partners/<int:pk>/change/", partner.partner_update, name="partner_update"),
    path("practice/", practice.practice, name="practice"),
    path("log/", log.daylog_list, name="daylog_list"),
    path("log/unplanned/", occurrence.unplanned_create, name="unplanned_create"),
    path("log/<day:day>/", log.daylog_edit, name="daylog_edit"),
    path("log/<day:day>/note/", log.daylog_note, name="daylog_note"),
    path("log/<day:day>/lines/<int:pk>/", log.daylog_line, name="daylog_line"),
    path("log/<day:day>/hours/", log.daylog_hours, name="daylog_hours"),
    path("log/<day:day>/open/", log.daylog_open, name="daylog_open"),
    path("log/<day:day>/close/", log.daylog_close, name="daylog_close"),
    path("log/care/", care.care_list, name="care_list"),
    path("log/care/new/", care.care_create, name="care_create"),
    path("log/care/<int:pk>/", care.care_detail, name="care_detail"),
    path("log/care/<int:pk>/change/", care.care_update, name="care_update"),
    path("log/care/<int:pk>/report/", care.care_report, name="care_report"),
    path("log/care/<int:pk>/mended/", care.care_fix, name="care_fix"),
    path("log/care/<int:pk>/mended/back/", care.care_unfix, name="care_unfix"),
    path("log/voices/", voice.voice_list, name="voice_list"),
    path("log/voices/new/", voice.voice_create, name="voice_create"),
    path("log/voices/<int:pk>/", voice.voice_update, name="voice_update"),
    path("log/photos/new/<slug:kind>/<int:pk>/", photo.photo_create, name="photo_create"),
    path("log/photos/<int:pk>/", photo.photo_update, name="photo_update"),
    path("log/photos/<int:pk>/file/", photo.photo_file, name="photo_file"),
]
