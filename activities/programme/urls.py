"""What is reached without a place to work at: the public programme, and the calendars one subscribes to."""

from django.urls import path

from activities.programme.views import calendar, public

app_name = "programme"
urlpatterns = [
    path("programme/<slug:slug>/", public.programme_week, name="week"),
    path("programme/<slug:slug>/embed/", public.programme_embed, name="embed"),
    path("programme/<slug:slug>.ics", calendar.calendar_of_place, name="feed"),
    path("calendar/", calendar.calendar_key, name="calendar_key"),
    path("calendar/renew/", calendar.calendar_key_renew, name="calendar_key_renew"),
    path("calendar/remove/", calendar.calendar_key_remove, name="calendar_key_remove"),
    path("calendar/<slug:token>.ics", calendar.calendar_of_person, name="calendar_of_person"),
]
