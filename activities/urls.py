"""The plan under wheel/, the log under log/."""

from django.urls import path, register_converter

from activities import views
from activities.dates import DayConverter

register_converter(DayConverter, "day")

app_name = "activities"
urlpatterns = [
    path("wheel/", views.programme, name="programme"),
    path("wheel/seasons/new/", views.season_create, name="season_create"),
    path("wheel/seasons/<int:pk>/", views.season_update, name="season_update"),
    path("wheel/series/new/", views.series_create, name="series_create"),
    path("wheel/series/<int:pk>/", views.series_detail, name="series_detail"),
    path("wheel/series/<int:pk>/change/", views.series_update, name="series_update"),
    path("wheel/occurrences/new/", views.occurrence_create, name="occurrence_create"),
    path("wheel/occurrences/<int:pk>/", views.occurrence_detail, name="occurrence_detail"),
    path("wheel/occurrences/<int:pk>/change/", views.occurrence_update, name="occurrence_update"),
    path("wheel/occurrences/<int:pk>/outcome/", views.outcome_record, name="outcome_record"),
    path("wheel/occurrences/<int:pk>/outcome/back/", views.outcome_take_back, name="outcome_take_back"),
    path("wheel/partners/", views.partner_list, name="partner_list"),
    path("wheel/partners/new/", views.partner_create, name="partner_create"),
    path("wheel/partners/<int:pk>/", views.partner_update, name="partner_update"),
    path("log/", views.daylog_list, name="daylog_list"),
    path("log/unplanned/", views.unplanned_create, name="unplanned_create"),
    path("log/<day:day>/", views.daylog_edit, name="daylog_edit"),
    path("log/<day:day>/note/", views.daylog_note, name="daylog_note"),
    path("log/<day:day>/hours/", views.daylog_hours, name="daylog_hours"),
    path("log/<day:day>/open/", views.daylog_open, name="daylog_open"),
    path("log/<day:day>/close/", views.daylog_close, name="daylog_close"),
]
