from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="report_list"),
    path("reports/<str:code>/<int:number>/", views.edition_detail, name="edition_detail"),
    path("reports/<str:code>/<int:number>/progress/", views.edition_progress, name="edition_progress"),
    path("reports/<str:code>/<int:number>/web/", views.edition_web, name="edition_web"),
    path("reports/<str:code>/<int:number>/figures/<slug:name>.svg", views.edition_figure, name="edition_figure"),
    path("reports/<str:code>/<int:number>/photos/<int:photo>.jpg", views.edition_picture, name="edition_picture"),
    path("reports/<str:code>/<int:number>/pdf/", views.edition_pdf, name="edition_pdf"),
    path("reports/<str:code>/<int:number>/publish/", views.edition_publish, name="edition_publish"),
    path("reports/<str:code>/<int:number>/retry/", views.edition_retry, name="edition_retry"),
]
