"""The place, its contract and its people; all under /p/<slug>/."""

from django.urls import path

from places.views import contract, people, place, trash

app_name = "places"
urlpatterns = [
    path("place/", place.place_detail, name="place_detail"),
    path("place/edit/", place.place_edit, name="place_edit"),
    path("place/zones/new/", place.zone_create, name="zone_create"),
    path("place/zones/<int:pk>/", place.zone_edit, name="zone_edit"),
    path("place/lines/new/", place.line_create, name="line_create"),
    path("place/lines/<int:pk>/", place.line_edit, name="line_edit"),
    path("place/hours/", place.hours_edit, name="hours_edit"),
    path("place/exceptions/new/", place.exception_create, name="exception_create"),
    path("place/exceptions/<int:pk>/", place.exception_edit, name="exception_edit"),
    path("place/exceptions/<int:pk>/delete/", place.exception_delete, name="exception_delete"),
    path("place/school-holidays/new/", place.school_holiday_create, name="school_holiday_create"),
    path("place/school-holidays/<int:pk>/", place.school_holiday_edit, name="school_holiday_edit"),
    path("place/school-holidays/<int:pk>/delete/", place.school_holiday_delete, name="school_holiday_delete"),
    path("contracts/", contract.contract_list, name="contract_list"),
    path("contracts/new/", contract.contract_create, name="contract_create"),
    path("contracts/<int:pk>/", contract.contract_detail, name="contract_detail"),
    path("contracts/<int:pk>/edit/", contract.contract_edit, name="contract_edit"),
    path("contracts/<int:pk>/parties/", contract.party_list, name="party_list"),
    path("contracts/<int:pk>/parties/new/", contract.party_create, name="party_create"),
    path("contracts/<int:pk>/parties/<int:party_pk>/remove/", contract.party_remove, name="party_remove"),
    path("contracts/<int:pk>/years/<int:year>/", contract.instalment_create, name="instalment_create"),
    path("contracts/<int:pk>/payments/new/", contract.instalment_pay, name="instalment_pay"),
    path("contracts/<int:pk>/instalments/<int:instalment_pk>/", contract.instalment_detail, name="instalment_detail"),
    path("contracts/<int:pk>/instalments/<int:instalment_pk>/paid/", contract.instalment_paid, name="instalment_paid"),
    path(
        "contracts/<int:pk>/instalments/<int:instalment_pk>/unpaid/",
        contract.instalment_unpaid,
        name="instalment_unpaid",
    ),
    path(
        "contracts/<int:pk>/instalments/<int:instalment_pk>/invoiced/",
        contract.instalment_invoiced,
        name="instalment_invoiced",
    ),
    path("organisations/", contract.organisation_list, name="organisation_list"),
    path("organisations/new/", contract.organisation_create, name="organisation_create"),
    path("organisations/<int:pk>/", contract.organisation_edit, name="organisation_edit"),
    path("people/", people.people_list, name="people_list"),
    path("people/new/", people.person_create, name="person_create"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/remove/", people.person_remove, name="person_remove"),
    path("people/readers/new/", people.representative_create, name="representative_create"),
    path("people/readers/<int:pk>/remove/", people.representative_remove, name="representative_remove"),
    path("trash/", trash.trash_list, name="trash_list"),
    path("trash/<slug:kind>/<int:pk>/", trash.trash_put, name="trash_put"),
    path("trash/<slug:kind>/<int:pk>/back/", trash.trash_take_back, name="trash_take_back"),
]
