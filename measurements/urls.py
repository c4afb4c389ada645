"""Pages of what is counted and measured."""

from django.urls import path

from measurements.views import copy, correction, count, delivered, indicator, phone, reach, representation, tally

app_name = "measurements"

urlpatterns = [
    path("counts/", count.headcount_list, name="headcount_list"),
    path("counts/new/", count.headcount_create, name="headcount_create"),
    path("counts/earlier/", count.headcount_earlier, name="headcount_earlier"),
    path("counts/<int:pk>/", count.headcount_detail, name="headcount_detail"),
    path("counts/<int:pk>/correct/", count.headcount_correct, name="headcount_correct"),
    path("counts/<int:pk>/move/", correction.headcount_move, name="headcount_move"),
    path("counts/<int:pk>/merge/", correction.headcount_merge, name="headcount_merge"),
    path("counts/<int:pk>/withdraw/", correction.headcount_withdraw, name="headcount_withdraw"),
    path("counts/<int:pk>/as-it-is/", correction.headcount_leave, name="headcount_leave"),
    path("counts/<int:pk>/restore/", correction.headcount_restore, name="headcount_restore"),
    path("counts/<uuid:uuid>/entries/", count.entry_append, name="entry_append"),
    path("gaps/new/", count.gap_create, name="gap_create"),
    path("gaps/<int:pk>/delete/", count.gap_delete, name="gap_delete"),
    path("tally/", tally.tally, name="tally"),
    path("queue/", tally.queue, name="queue"),
    path("offline/", phone.offline_data, name="offline_data"),
    path("sync/", phone.sync, name="sync"),
    path("wheel/copy/", copy.copy_plan, name="copy_plan"),
    path("wheel/delivered/", delivered.delivered, name="delivered"),
    path("wheel/reach/", reach.reach, name="reach"),
    path("wheel/copy/done/", copy.copy_done, name="copy_done"),
    path("indicators/", indicator.indicator_list, name="indicator_list"),
    path("indicators/new/", indicator.indicator_create, name="indicator_create"),
    path("indicators/<int:pk>/", indicator.indicator_detail, name="indicator_detail"),
    path("indicators/<int:pk>/edit/", indicator.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/new-version/", indicator.indicator_new_version, name="indicator_new_version"),
    path("indicators/<int:pk>/targets/new/", indicator.target_create, name="target_create"),
    path("indicators/<int:pk>/targets/<int:target>/", indicator.target_edit, name="target_edit"),
    path("indicators/<int:pk>/targets/<int:target>/delete/", indicator.target_delete, name="target_delete"),
    path("representation/", representation.representation_list, name="representation_list"),
    path("representation/new/", representation.representation_create, name="representation_create"),
    path("representation/<int:pk>/", representation.representation_edit, name="representation_edit"),
    path("representation/<int:pk>/delete/", representation.representation_delete, name="representation_delete"),
    path("representation/<int:pk>/back/", representation.representation_take_back, name="representation_take_back"),
    path("occasions/", indicator.occasion_list, name="occasion_list"),
    path("occasions/new/", indicator.occasion_create, name="occasion_create"),
    path("occasions/<int:pk>/", indicator.occasion_detail, name="occasion_detail"),
    path("occasions/<int:pk>/edit/", indicator.occasion_edit, name="occasion_edit"),
    path("occasions/<int:pk>/readings/", indicator.reading_edit, name="reading_edit"),
]
