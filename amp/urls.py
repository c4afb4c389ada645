"""Where each room of amp is mounted."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from amp import phone, poster, views
from amp.annual import paper, programme
from amp.annual import views as wheel
from amp.kept import views as kept

# The database administration has no sign-in of its own: the one door has the limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.start, name="start"),
    path("health/", views.health, name="health"),
    path("help/", views.help_page, name="help"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("sw.js", phone.service_worker, name="service_worker"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("shell/<slug:name>/", phone.shell, name="shell"),
    path("admin/", admin.site.urls),
    # A person's address is kept by an administrator, and nobody confirms one: allauth's pages for it are closed.
    path("accounts/email/", views.not_here, name="account_email"),
    path("accounts/confirm-email/", views.not_here, name="account_email_verification_sent"),
    path("accounts/confirm-email/<str:key>/", views.not_here, name="account_confirm_email"),
    path("accounts/", include("allauth.urls")),
    path("kept/", kept.kept_list, name="kept_list"),
    path("kept/<uuid:key>/", kept.kept_form, name="kept_form"),
    path("kept/<uuid:key>/remove/", kept.kept_remove, name="kept_remove"),
    path("language/", login_not_required(set_language), name="set_language"),  # strangers choose too, at the sign-in
    path("p/<slug:slug>/", views.today, name="today"),
    path("p/<slug:slug>/wheel/", wheel.wheel, name="wheel"),
    path("p/<slug:slug>/wheel/print/", paper.wheel_print, name="wheel_print"),
    path("p/<slug:slug>/wheel/week/print/", programme.week_print, name="week_print"),
    path("p/<slug:slug>/wheel/seasons/<int:pk>/print/", programme.season_print, name="season_print"),
    path("p/<slug:slug>/wheel/week.pdf", poster.week_poster, name="week_poster"),
    path("programme/<slug:slug>/week.pdf", poster.programme_poster, name="programme_poster"),
    path("", include("activities.programme.urls")),
    path("p/<slug:slug>/", include("places.urls")),
    path("p/<slug:slug>/", include("activities.urls")),
    path("p/<slug:slug>/", include("measurements.urls")),
    path("p/<slug:slug>/", include("reports.urls")),
]
