"""
Who may open what: a row for every route, a column for every role.

The table is the specification, written by hand; `places.access` must agree with it. A column says what that person is
answered: the status, or `in` for being sent to the sign-in. Everything behind the doors is made first, for what is
hidden must be there to hide.
"""

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from activities.actions import move_occurrence
from measurements.corrections import withdraw
from measurements.models import AgeBand, CountEntry, Level
from places.models import Membership, Place, User
from places.periods import Period
from reports.contexts import QuarterlyReport, sha256_of
from reports.models import Edition
from tests import factories
from tests.conftest import NOW, TODAY

ROLES = ("anonymous", "stranger", "funder", "host", "analyst", "manager", "admin")

Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """What a route answers to each role. `args` are the parts of its address, by the name they are made under."""

    route: str
    # page: read. form: read, and sent to under the same answer for those it is closed to. act: sent to, never read.
    kind: str
    args: str
    answers: str
    # What an act is sent, so that whoever may do it changes something; PERSON stands for the key of who sends it,
    # OPERATOR for that of the organisation that runs the place.
    sent: Values | str | None = None

    @property
    def names(self) -> dict[str, str]:
        """The names of what was made, by the part of the address they stand in."""
        return dict(pair.split("=") for pair in self.args.split())

    @property
    def by_role(self) -> dict[str, str]:
        return dict(zip(ROLES, self.answers.split(), strict=True))


# fmt: off
TABLE = [
    # For everyone                                                   anon  strg  fund  host  anal  mang  admn
    Row("health", "page", "",                                       "200   200   200   200   200   200   200"),
    Row("help", "page", "",                                         "200   200   200   200   200   200   200"),
    # What a phone keeps: pages without anyone's data
    Row("favicon", "page", "",                                      "301   301   301   301   301   301   301"),
    Row("service_worker", "page", "",                               "200   200   200   200   200   200   200"),
    Row("manifest", "page", "",                                     "200   200   200   200   200   200   200"),
    Row("shell", "page", "name=shell",                              "200   200   200   200   200   200   200"),
    Row("set_language", "form", "",                                 "302   302   302   302   302   302   302"),
    # What this browser sent while signed out; a key that it has no cookie for opens nothing.
    Row("kept_list", "page", "",                                    "in    200   200   200   200   200   200"),
    Row("kept_form", "page", "key=kept",                            "in    200   200   200   200   200   200"),
    Row("kept_remove", "act", "key=kept",                           "in    404   404   404   404   404   404"),
    Row("start", "page", "",                                        "in    302   302   302   302   302   302"),
    # The tables themselves are open to staff of the house alone, which no role at a place makes one.
    Row("admin:index", "page", "",                                  "302   302   302   302   302   302   302"),

    # A programme that the place has opened to all; the calendar of a person is for whoever has its address
    Row("programme:week", "page", "",                               "200   200   200   200   200   200   200"),
    Row("programme:embed", "page", "",                              "200   200   200   200   200   200   200"),
    Row("programme:feed", "page", "",                               "200   200   200   200   200   200   200"),
    Row("programme_poster", "page", "",                             "200   200   200   200   200   200   200"),
    Row("programme:calendar_of_person", "page", "token=token",      "200   200   200   200   200   200   200"),
    Row("programme:calendar_key", "page", "",                       "in    200   200   200   200   200   200"),
    Row("programme:calendar_key_renew", "act", "",                  "in    302   302   302   302   302   302"),
    Row("programme:calendar_key_remove", "act", "",                 "in    302   302   302   302   302   302"),

    # Signing in: open until one has
    Row("account_login", "form", "",                                "200   302   302   302   302   302   302"),
    Row("account_request_login_code", "form", "",                   "200   302   302   302   302   302   302"),
    Row("account_confirm_login_code", "form", "",                   "302   302   302   302   302   302   302"),
    Row("account_signup", "form", "",                               "200   302   302   302   302   302   302"),
    Row("account_inactive", "page", "",                             "200   200   200   200   200   200   200"),
    Row("account_reset_password", "form", "",                       "200   200   200   200   200   200   200"),
    Row("account_reset_password_done", "page", "",                  "200   200   200   200   200   200   200"),
    Row("account_reset_password_from_key", "form", "uidb36=user key=key", "200 200 200 200 200 200 200"),
    Row("account_reset_password_from_key_done", "page", "",         "200   200   200   200   200   200   200"),
    # Addresses are kept by administrators, and none is confirmed: closed to all
    Row("account_email", "form", "",                                "404   404   404   404   404   404   404"),
    Row("account_confirm_email", "form", "key=key",                 "404   404   404   404   404   404   404"),
    Row("account_email_verification_sent", "page", "",              "404   404   404   404   404   404   404"),
    # One's own account: for whoever is signed in
    Row("account_logout", "form", "",                               "302   200   200   200   200   200   200"),
    Row("account_reauthenticate", "form", "",                       "in    200   200   200   200   200   200"),
    Row("account_change_password", "form", "",                      "in    200   200   200   200   200   200"),
    Row("account_set_password", "form", "",                         "in    302   302   302   302   302   302"),

    # Today, the place and its hours                                 anon  strg  fund  host  anal  mang  admn
    Row("today", "page", "",                                        "in    404   403   200   200   200   200"),
    Row("places:place_detail", "page", "",                          "in    404   403   200   200   200   200"),
    Row("places:place_edit", "form", "",                            "in    404   403   403   403   403   200"),
    Row("places:zone_create", "form", "",                           "in    404   403   403   403   403   200"),
    Row("places:zone_edit", "form", "pk=zone",                      "in    404   403   403   403   403   200"),
    Row("places:line_create", "form", "",                           "in    404   403   403   403   403   200"),
    Row("places:line_edit", "form", "pk=line",                      "in    404   403   403   403   403   200"),
    Row("places:hours_edit", "form", "",                            "in    404   403   403   403   403   200"),
    Row("places:exception_create", "form", "",                      "in    404   403   403   403   403   200"),
    Row("places:exception_edit", "form", "pk=exception",            "in    404   403   403   403   403   200"),
    Row("places:exception_delete", "act", "pk=exception",           "in    404   403   403   403   403   302"),
    Row("places:school_holiday_create", "form", "",                 "in    404   403   403   403   200   200"),
    Row("places:school_holiday_edit", "form", "pk=holiday",         "in    404   403   403   403   200   200"),
    Row("places:school_holiday_delete", "act", "pk=holiday",        "in    404   403   403   403   302   302"),

    # The trash                                                      anon  strg  fund  host  anal  mang  admn
    Row("places:trash_list", "page", "",                            "in    404   403   403   403   200   200"),
    Row("places:trash_put", "act", "kind=daylog pk=day_log",        "in    404   403   302   403   302   302"),
    Row("places:trash_take_back", "act", "kind=daylog pk=trashed",  "in    404   403   403   403   302   302"),

    # The money                                                      anon  strg  fund  host  anal  mang  admn
    Row("places:contract_list", "page", "",                         "in    404   403   403   302   302   302"),
    Row("places:contract_create", "form", "",                       "in    404   403   403   403   403   200"),
    Row("places:contract_detail", "page", "pk=contract",            "in    404   403   403   200   200   200"),
    Row("places:contract_edit", "form", "pk=contract",              "in    404   403   403   403   403   200"),
    Row("places:party_list", "form", "pk=contract",                 "in    404   403   403   403   403   200"),
    Row("places:party_create", "form", "pk=contract",               "in    404   403   403   403   403   200"),
    Row("places:party_remove", "form", "pk=contract party_pk=party", "in   404   403   403   403   403   200"),
    Row("places:instalment_create", "form", "pk=contract year=year", "in   404   403   403   403   403   200"),
    Row("places:instalment_pay", "form", "pk=contract",             "in    404   403   403   403   403   200"),
    Row("places:instalment_detail", "page", "pk=contract instalment_pk=due", "in 404 403 403  403   403   200"),
    Row("places:instalment_paid", "act", "pk=contract instalment_pk=due", "in 404 403   403   403   403   302",
        {"paid_on": "2026-11-20"}),
    Row("places:instalment_unpaid", "act", "pk=contract instalment_pk=paid", "in 404 403 403  403   403   302"),
    Row("places:instalment_invoiced", "act", "pk=contract instalment_pk=due", "in 404 403 403 403   403   302",
        {"invoiced_on": "2026-11-20"}),
    Row("places:organisation_list", "page", "",                     "in    404   403   403   403   403   200"),
    Row("places:organisation_create", "form", "",                   "in    404   403   403   403   403   200"),
    Row("places:organisation_edit", "form", "pk=organisation",      "in    404   403   403   403   403   200"),

    # The people                                                     anon  strg  fund  host  anal  mang  admn
    Row("places:people_list", "page", "",                           "in    404   403   403   403   403   200"),
    Row("places:person_create", "form", "",                         "in    404   403   403   403   403   200"),
    Row("places:person_edit", "form", "pk=membership",              "in    404   403   403   403   403   200"),
    Row("places:person_remove", "form", "pk=membership",            "in    404   403   403   403   403   200"),
    Row("places:representative_create", "form", "",                 "in    404   403   403   403   403   200"),
    Row("places:representative_remove", "form", "pk=reader",        "in    404   403   403   403   403   200"),

    # The plan                                                       anon  strg  fund  host  anal  mang  admn
    Row("wheel", "page", "",                                        "in    404   403   200   200   200   200"),
    Row("wheel_print", "page", "",                                  "in    404   403   200   200   200   200"),
    Row("week_print", "page", "",                                   "in    404   403   200   200   200   200"),
    Row("season_print", "page", "pk=season",                        "in    404   403   200   200   200   200"),
    Row("activities:programme", "page", "",                         "in    404   403   200   200   200   200"),
    Row("activities:week", "page", "",                              "in    404   403   200   200   200   200"),
    Row("activities:occurrence_move", "form", "pk=occurrence",      "in    404   403   403   403   200   200"),
    Row("activities:season_create", "form", "",                     "in    404   403   403   403   200   200"),
    Row("activities:season_update", "form", "pk=season",            "in    404   403   403   403   200   200"),
    Row("activities:season_publish", "form", "pk=season",           "in    404   403   403   403   200   200"),
    Row("activities:season_take_back", "form", "pk=season",         "in    404   403   403   403   200   200"),
    Row("activities:season_changes", "page", "pk=season",           "in    404   403   200   200   200   200"),
    Row("activities:public_programme", "form", "",                  "in    404   403   403   403   200   200"),
    Row("week_poster", "page", "",                                  "in    404   403   200   200   200   200"),
    Row("activities:series_create", "form", "",                     "in    404   403   403   403   200   200"),
    Row("activities:series_detail", "page", "pk=series",            "in    404   403   200   200   200   200"),
    Row("activities:series_update", "form", "pk=series",            "in    404   403   403   403   200   200"),
    Row("activities:occurrence_create", "form", "",                 "in    404   403   403   403   200   200"),
    Row("activities:occurrence_detail", "page", "pk=occurrence",    "in    404   403   200   200   200   200"),
    Row("activities:occurrence_update", "form", "pk=occurrence",    "in    404   403   403   403   200   200"),
    Row("measurements:reach", "page", "",                           "in    404   403   200   200   200   200"),
    Row("measurements:delivered", "page", "",                       "in    404   403   200   200   200   200"),
    Row("measurements:copy_plan", "form", "",                       "in    404   403   403   403   200   200"),
    Row("measurements:copy_done", "form", "",                       "in    404   403   403   403   200   200"),
    Row("activities:occurrence_cancel", "form", "pk=occurrence",    "in    404   403   403   403   200   200"),
    Row("activities:plan_undo", "act", "token=undo",                "in    404   403   403   403   302   302"),
    Row("activities:handover", "form", "person=planner",             "in    404   403   403   403   200   200"),
    Row("activities:warning_list", "page", "",                      "in    404   403   200   200   200   200"),
    Row("activities:warning_answer", "act", "",                     "in    404   403   403   403   302   302",
        {"about": "days:2026-52:4", "reason": "Jul"}),
    Row("activities:warning_reopen", "act", "pk=answered",          "in    404   403   403   403   302   302"),
    Row("activities:partner_list", "page", "",                      "in    404   403   200   200   200   200"),
    Row("activities:partner_create", "form", "",                    "in    404   403   403   403   200   200"),
    Row("activities:partner_detail", "page", "pk=partner",          "in    404   403   200   200   200   200"),
    Row("activities:partner_update", "form", "pk=partner",          "in    404   403   403   403   200   200"),

    # The log: analysts were not there                               anon  strg  fund  host  anal  mang  admn
    Row("activities:outcome_record", "act", "pk=waiting",           "in    404   403   302   403   302   302",
        {"outcome": "held"}),
    Row("activities:outcome_take_back", "act", "pk=told",           "in    404   403   302   403   302   302"),
    Row("activities:unplanned_create", "form", "",                  "in    404   403   200   403   200   200"),
    Row("activities:practice", "form", "",                          "in    404   403   403   403   200   200"),
    Row("activities:daylog_list", "page", "",                       "in    404   403   200   200   200   200"),
    Row("activities:daylog_edit", "form", "day=day",                "in    404   403   200   403   200   200"),
    Row("activities:daylog_note", "act", "day=day",                 "in    404   403   302   403   302   302",
        {"text": "Solen kom fram."}),
    Row("activities:daylog_line", "form", "day=day pk=log_line",    "in    404   403   200   403   200   200"),
    Row("activities:daylog_hours", "form", "day=day",               "in    404   403   200   403   200   200"),
    Row("activities:daylog_open", "act", "day=day",                 "in    404   403   302   403   302   302"),
    Row("activities:daylog_close", "act", "day=day",                "in    404   403   302   403   302   302"),

    # What is written down beside the plan                           anon  strg  fund  host  anal  mang  admn
    Row("activities:care_list", "page", "",                         "in    404   403   200   200   200   200"),
    Row("activities:care_create", "form", "",                       "in    404   403   200   403   200   200"),
    Row("activities:care_detail", "page", "pk=care",                "in    404   403   200   200   200   200"),
    Row("activities:care_update", "form", "pk=care",                "in    404   403   200   403   200   200"),
    Row("activities:care_report", "act", "pk=care",                 "in    404   403   302   403   302   302",
        {"reported_to": "OPERATOR", "reported_on": "2026-11-23"}),
    Row("activities:care_fix", "act", "pk=care",                    "in    404   403   302   403   302   302"),
    Row("activities:care_unfix", "act", "pk=mended",                "in    404   403   302   403   302   302"),
    Row("activities:voice_list", "page", "",                        "in    404   403   200   200   200   200"),
    Row("activities:voice_create", "form", "",                      "in    404   403   200   403   200   200"),
    Row("activities:voice_update", "form", "pk=voice",              "in    404   403   200   403   200   200"),
    Row("activities:photo_create", "form", "kind=care_kind pk=care", "in   404   403   200   403   200   200"),
    Row("activities:photo_update", "form", "pk=photo",              "in    404   403   200   403   200   200"),
    Row("activities:photo_file", "page", "pk=photo",                "in    404   403   200   200   200   200"),

    # The counts                                                     anon  strg  fund  host  anal  mang  admn
    Row("measurements:headcount_list", "page", "",                  "in    404   403   200   200   200   200"),
    Row("measurements:headcount_create", "form", "",                "in    404   403   200   200   200   200"),
    Row("measurements:headcount_earlier", "page", "",               "in    404   403   200   200   200   200"),
    Row("measurements:headcount_detail", "page", "pk=headcount",    "in    404   403   200   200   200   200"),
    Row("measurements:headcount_correct", "act", "pk=headcount",    "in    404   403   302   302   302   302",
        {"uuid": "6c1b35a8-7a3e-4c8e-9f6e-0d7f3b1f2a10", "cell": "cell-0-x", "people": "2", "reason": "Två till"}),
    Row("measurements:headcount_move", "form", "pk=headcount",      "in    404   403   200   200   200   200"),
    Row("measurements:headcount_merge", "form", "pk=headcount",     "in    404   403   200   200   200   200"),
    Row("measurements:headcount_withdraw", "form", "pk=headcount",  "in    404   403   200   200   200   200"),
    Row("measurements:headcount_leave", "act", "pk=headcount",      "in    404   403   302   302   302   302"),
    Row("measurements:headcount_restore", "act", "pk=withdrawn",    "in    404   403   302   302   302   302"),
    Row("measurements:entry_append", "act", "uuid=uuid",            "in    404   403   200   200   200   200",
        json.dumps([{"uuid": "5f0a0c1e-58c5-4d0e-8a34-2f4f2d6a9b11", "at": "2026-11-23T11:30:00+01:00", "gender": 0,
                     "people": 3, "way": "tap"}])),
    # A phone's queue is told in JSON, and never sent to the sign-in.
    Row("measurements:tally", "page", "",                           "in    404   403   200   200   200   200"),
    Row("measurements:queue", "page", "",                           "in    404   403   200   200   200   200"),
    Row("measurements:offline_data", "page", "",                    "401   404   403   200   200   200   200"),
    Row("measurements:sync", "act", "",                             "401   404   403   200   200   200   200",
        '{"version": 1, "person": PERSON, "items": []}'),
    Row("measurements:gap_create", "form", "",                      "in    404   403   200   200   200   200"),
    Row("measurements:gap_delete", "act", "pk=gap",                 "in    404   403   302   302   302   302"),

    # The indicators                                                 anon  strg  fund  host  anal  mang  admn
    Row("measurements:indicator_list", "page", "",                  "in    404   403   200   200   200   200"),
    Row("measurements:indicator_create", "form", "",                "in    404   403   403   200   200   200"),
    Row("measurements:indicator_detail", "page", "pk=indicator",    "in    404   403   200   200   200   200"),
    Row("measurements:indicator_edit", "form", "pk=indicator",      "in    404   403   403   200   200   200"),
    Row("measurements:indicator_new_version", "form", "pk=indicator", "in  404   403   403   200   200   200"),
    Row("measurements:target_create", "form", "pk=indicator",       "in    404   403   403   200   200   200"),
    Row("measurements:target_edit", "form", "pk=indicator target=target", "in 404 403  403   200   200   200"),
    Row("measurements:target_delete", "act", "pk=indicator target=target", "in 404 403 403   302   302   302"),
    Row("measurements:representation_list", "page", "",             "in    404   403   200   200   200   200"),
    Row("measurements:representation_create", "form", "",           "in    404   403   403   200   200   200"),
    Row("measurements:representation_edit", "form", "pk=aim",       "in    404   403   403   200   200   200"),
    Row("measurements:representation_delete", "act", "pk=aim",      "in    404   403   403   302   302   302"),
    Row("measurements:representation_take_back", "act", "pk=aim_taken", "in 404 403  403   302   302   302"),
    Row("measurements:occasion_list", "page", "",                   "in    404   403   200   200   200   200"),
    Row("measurements:occasion_create", "form", "",                 "in    404   403   403   200   200   200"),
    Row("measurements:occasion_detail", "page", "pk=occasion",      "in    404   403   200   200   200   200"),
    Row("measurements:occasion_edit", "form", "pk=occasion",        "in    404   403   403   200   200   200"),
    Row("measurements:reading_edit", "form", "pk=occasion",         "in    404   403   403   200   200   200"),

    # The reports: a published edition is for all who have to do with the place, a draft for those who make them
    #                                                                anon  strg  fund  host  anal  mang  admn
    Row("reports:report_list", "page", "",                          "in    404   200   200   200   200   200"),
    Row("reports:edition_detail", "page", "code=code number=published", "in 404  200   200   200   200   200"),
    Row("reports:edition_detail", "page", "code=code number=draft", "in    404   404   404   200   200   200"),
    Row("reports:edition_web", "page", "code=code number=published", "in   404   200   200   200   200   200"),
    Row("reports:edition_web", "page", "code=code number=draft",    "in    404   404   404   200   200   200"),
    Row("reports:edition_figure", "page", "code=code number=published name=figure", "in 404 200 200 200 200  200"),
    Row("reports:edition_figure", "page", "code=code number=draft name=figure", "in 404 404 404 200 200     200"),
    Row("reports:edition_picture", "page", "code=code number=published photo=picture", "in 404 200 200 200 200 200"),
    Row("reports:edition_picture", "page", "code=code number=draft photo=picture", "in 404 404 404 200 200  200"),
    Row("reports:edition_pdf", "page", "code=code number=published", "in   404   200   200   200   200   200"),
    Row("reports:edition_pdf", "page", "code=code number=draft",    "in    404   404   404   200   200   200"),
    Row("reports:edition_progress", "page", "code=code number=waiting_edition", "in 404 403 403 200 200     200"),
    Row("reports:edition_publish", "act", "code=code number=draft", "in    404   403   403   302   302   302"),
    Row("reports:edition_retry", "act", "code=code number=failed",  "in    404   403   403   302   302   302"),
]
# fmt: on

# Read by all who have to do with the place, sent to by those who make reports.
ORDERING = Row("reports:report_list", "order", "", "in 404 403 403 302 302 302", {"period": "2026K2", "language": "sv"})


# --- What is behind the doors -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class House:
    """Two squares with one of everything each, and a person for each role at the first of them."""

    here: Values
    there: Values
    people: dict[str, User]
    clients: dict[str, Client]


def _make_square(place: Place, band: AgeBand) -> Values:
    """One of each row, by the name the table has for it."""
    f = factories
    day = {"place": place, "date": TODAY}
    at = dt.timedelta(hours=3)
    contract = f.ContractFactory.create(place=place)
    party = f.PartyFactory.create(contract=contract)
    f.PledgeFactory.create(party=party)
    indicator = f.IndicatorFactory.create(place=place)
    occasion = f.OccasionFactory.create(place=place)
    f.ReadingFactory.create(indicator=indicator, occasion=occasion)
    f.OpenDayFactory.create(**day)
    thrown = f.DayLogFactory.create(place=place, trashed_at=NOW, trashed_by=f.UserFactory.create())
    day_log = f.DayLogFactory.create(place=place, date=TODAY - dt.timedelta(days=1))
    line = f.DayLogLineFactory.create(place=place, date=TODAY)
    care = f.CareCaseFactory.create(place=place)
    headcount = f.HeadcountFactory.create(**day, level=Level.GENDER_AGE)
    f.CountEntryFactory.create(headcount=headcount, people=12, age_band=band)
    withdrawn = f.HeadcountFactory.create(**day)
    f.CountEntryFactory.create(headcount=withdrawn, people=0)
    withdraw(headcount=withdrawn, reason="Fel torg", by=headcount.by)
    made: Values = {
        "slug": place.slug,
        "user": f.UserFactory.create().pk,
        "key": "never-sent",
        "kept": uuid.UUID("0f6a5f55-51a5-4f55-9f29-6a4b0c1d2e3f"),
        "shell": "tally",
        "year": 2026,
        "day": TODAY,
        "zone": f.ZoneFactory.create(place=place).pk,
        "line": f.LineFactory.create(place=place).pk,
        "exception": f.OpeningExceptionFactory.create(place=place).pk,
        "holiday": f.SchoolHolidayFactory.create(place=place).pk,
        "contract": contract.pk,
        "party": party.pk,
        "due": f.InstalmentFactory.create(party=party).pk,
        "paid": f.InstalmentFactory.create(party=party, due=dt.date(2026, 6, 30), paid_on=dt.date(2026, 6, 29)).pk,
        "organisation": party.organisation.pk,
        "membership": f.MembershipFactory.create(place=place).pk,
        "reader": f.RepresentativeFactory.create(organisation=party.organisation).pk,
        "season": f.SeasonFactory.create(place=place, published=True).pk,
        "token": f.CalendarKeyFactory.create(token=f"the-key-at-{place.slug}").token,
        "series": f.SeriesFactory.create(place=place).pk,
        "partner": f.PartnerFactory.create(place=place).pk,
        "occurrence": f.OccurrenceFactory.create(**day).pk,
        "undo": move_occurrence(occurrence=f.OccurrenceFactory.create(**day), day=TODAY, by=headcount.by).undo,
        "planner": f.MembershipFactory.create(place=place).user_id,
        "answered": f.WarningAnswerFactory.create(place=place).pk,
        "care": care.pk,
        "care_kind": "care",
        "mended": f.CareCaseFactory.create(place=place, fixed_on=TODAY).pk,
        "voice": f.VoiceFactory.create(place=place).pk,
        "photo": f.PhotoFactory.create(care_case=care).pk,
        "waiting": f.OccurrenceFactory.create(**day, starts_at=NOW - at).pk,
        "told": f.OccurrenceFactory.create(**day, starts_at=NOW - at, told=True).pk,
        "headcount": headcount.pk,
        "withdrawn": withdrawn.pk,
        "uuid": headcount.uuid,
        "daylog": "daylog",
        "day_log": day_log.pk,
        "trashed": thrown.pk,
        "gap": f.GapFactory.create(place=place).pk,
        "indicator": indicator.pk,
        "target": f.TargetFactory.create(indicator=indicator).pk,
        "aim": f.RepresentationTargetFactory.create(place=place).pk,
        "aim_taken": _taken_away(f.RepresentationTargetFactory.create(place=place, gender=2)),
        "occasion": occasion.pk,
        "log_line": line.pk,
    }
    return made


def _taken_away(row: Any) -> int:
    key: int = row.pk
    row.delete()
    return key


def _make_editions(place: Place, code: str) -> Values:
    period = Period.parse(code)
    report = factories.ReportFactory.create(place=place, code=code, first=period.first, last=period.last)
    leave = {"alt": "Folk på torget", "consent": True, "may_use": True}
    picture = factories.PhotoFactory.create(care_case=factories.CareCaseFactory.create(place=place), **leave).pk
    data = QuarterlyReport.gather(place, period, today=TODAY).freeze()
    ready = {
        "state": Edition.State.READY,
        "data": data,
        "data_sha256": sha256_of(data),
        "pdf": b"%PDF-1.7",
        "pdf_sha256": "00",
        "pages": 6,
    }
    sent = {"published_at": NOW, "published_by": factories.UserFactory.create()}
    for number in (1, 2):
        edition = factories.EditionFactory.create(report=report, number=number, **ready)
        edition.pictures.create(photo_id=picture, data=b"a picture", sha256="00")
    report.editions.filter(number=1).update(**sent)
    factories.EditionFactory.create(report=report, number=3, state=Edition.State.FAILED)
    factories.EditionFactory.create(report=report, number=4)
    return {
        "code": code,
        "published": 1,
        "draft": 2,
        "failed": 3,
        "waiting_edition": 4,
        "figure": "year",
        "picture": picture,
    }


def _make_people(here: Place, there: Place, contract: int) -> dict[str, User]:
    people = {role: factories.UserFactory.create(email=f"{role}@example.se") for role in ROLES[1:]}
    for role in Membership.Role.values:
        factories.MembershipFactory.create(place=here, user=people[role], role=role)
    factories.MembershipFactory.create(place=there, user=people["stranger"], role=Membership.Role.ADMIN)
    pays = factories.PartyFactory.create(contract_id=contract, contract=None)
    factories.RepresentativeFactory.create(user=people["funder"], organisation=pays.organisation)
    return people


@pytest.fixture(scope="module")
def _house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Made once for all doors, in a transaction that each test puts back to here."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        band = factories.AgeSetFactory.create().bands.get(lower=25)
        here = factories.PlaceFactory.create(slug="lilltorget", programme_is_public=True)
        there = factories.PlaceFactory.create(slug="annantorget", programme_is_public=True)
        made_here = _make_square(here, band)
        made_there = _make_square(there, band)
        people = _make_people(here, there, made_here["contract"])
        # Last, for a draft is published only while it says what is known.
        made_here |= _make_editions(here, "2026K3")
        made_there |= _make_editions(there, "2026K1")
        yield House(made_here, made_there, people, {role: _client(people.get(role)) for role in ROLES})
        transaction.set_rollback(True)


@pytest.fixture
def house(_house: House, db: None) -> House:
    return _house


# --- Knocking ---------------------------------------------------------------------------------------------------------

# What signing in keeps for itself is no change behind a door; allauth notes a person's address when they look at it,
# and what was sent while signed out is kept until then.
KEPT = ("django_session", "amp_cache", "account_emailaddress", "places_keptform")


def _writes(into: list[str]) -> AbstractContextManager[None]:
    """Every statement that changes rows goes into the list."""

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and not any(table in sql for table in KEPT):
            into.append(sql)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(listen)


def _client(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def _address(row: Row, made: Values) -> str:
    _view, _args, parts = _routes()[row.route]
    slug = {"slug": made["slug"]} if "slug" in parts else {}
    return reverse(row.route, kwargs=slug | {part: made[name] for part, name in row.names.items()})


def _knock(client: Client, row: Row, address: str, method: str) -> HttpResponseBase:
    if method == "get":
        return client.get(address)
    if isinstance(row.sent, str):
        sent = row.sent.replace("PERSON", client.session.get("_auth_user_id", "0"))
        return client.post(address, sent, content_type="application/json")
    sent_values = dict(row.sent or {})
    if "OPERATOR" in sent_values.values():
        sent_values["reported_to"] = Place.objects.get(slug=address.split("/")[2]).operator_id
    return client.post(address, sent_values)


def _said(response: HttpResponseBase) -> str:
    """The status, or `in` when the answer is the way to the sign-in."""
    at_login = response.headers.get("Location", "").startswith((reverse("account_login") + "?", "/accounts/reauth"))
    return "in" if response.status_code == 302 and at_login else str(response.status_code)


def _routes() -> dict[str, tuple[Any, str, frozenset[str]]]:
    """Every route there is by its name, the database administration's as one."""

    def walk(resolver: URLResolver, within: tuple[str, ...], parts: frozenset[str]) -> Iterator[Any]:
        for pattern in resolver.url_patterns:
            known = parts | frozenset(pattern.pattern.regex.groupindex)
            if isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern.pattern} has no name"
                yield ":".join([*within, pattern.name]), (pattern.callback, str(pattern.pattern), known)
            elif pattern.app_name == "admin":
                yield "admin:index", (None, str(pattern.pattern), known)
            else:
                yield from walk(pattern, (*within, pattern.namespace) if pattern.namespace else within, known)

    return dict(walk(get_resolver(), (), frozenset()))


def _id(row: Row) -> str:
    return "-".join([row.route, *row.names.values()])


def _of(*kinds: str) -> list[Any]:
    return [pytest.param(row, id=_id(row)) for row in TABLE if row.kind in kinds]


# --- The doors --------------------------------------------------------------------------------------------------------


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert sorted({row.route for row in TABLE}) == sorted(_routes())


def test_every_row_has_an_answer_for_each_role_and_each_part_of_its_address() -> None:
    for row in TABLE:
        assert len(row.answers.split()) == len(ROLES), row.route
        assert {*row.names, "slug"} == {*_routes()[row.route][2], "slug"}, row.route


@pytest.mark.parametrize("row", _of("page", "form"))
def test_reading(house: House, row: Row) -> None:
    """Reading changes nothing, whoever reads."""
    changes: list[str] = []
    with _writes(changes):
        said = {role: _said(client.get(_address(row, house.here))) for role, client in house.clients.items()}
    assert said == row.by_role
    assert changes == []


@pytest.mark.parametrize("row", _of("form"))
def test_a_form_is_closed_to_sending_as_it_is_to_reading(house: House, row: Row) -> None:
    closed = {role: answer for role, answer in row.by_role.items() if answer in {"in", "403", "404"}}
    changes: list[str] = []
    with _writes(changes):
        said = {
            role: _said(client.post(_address(row, house.here)))
            for role, client in house.clients.items()
            if role in closed
        }
    assert said == closed
    assert changes == []


@pytest.mark.parametrize("row", [*_of("act"), pytest.param(ORDERING, id="reports:report_list-order")])
def test_acting(house: House, row: Row) -> None:
    """Whoever may, changes something; whoever may not, changes nothing."""
    said, changed = {}, set()
    for role, client in house.clients.items():
        changes: list[str] = []
        with transaction.atomic(), _writes(changes):
            said[role] = _said(_knock(client, row, _address(row, house.here), "post"))
            transaction.set_rollback(True)
        if changes:
            changed.add(role)
    assert said == row.by_role
    assert changed == {role for role, answer in row.by_role.items() if answer in {"200", "302"}}


@pytest.mark.parametrize("row", _of("act"))
def test_an_act_cannot_be_read(house: House, row: Row) -> None:
    assert _said(house.clients["admin"].get(_address(row, house.here))) == "405"


# What the table's names stand for that one square has and the other has not; years, days and numbers are common.
OWN = frozenset(
    {"zone", "line", "exception", "contract", "party", "due", "paid", "organisation", "membership", "reader", "season"}
    | {"series", "partner", "occurrence", "waiting", "told", "headcount", "uuid", "gap", "indicator", "target"}
    | {"occasion", "code", "day_log", "trashed", "care", "mended", "voice", "photo", "withdrawn"}
)
REACHED = [
    pytest.param(row, part, id=f"{_id(row)}-{part}") for row in TABLE for part, name in row.names.items() if name in OWN
]


@pytest.mark.parametrize(("row", "part"), REACHED)
def test_what_belongs_to_another_place_is_not_found_from_this(house: House, row: Row, part: str) -> None:
    """Not even by one who may do everything here."""
    name = row.names[part]
    assert house.there[name] != house.here[name]
    changes: list[str] = []
    client = house.clients["admin"]
    with _writes(changes):
        answer = _knock(client, row, _address(row, house.here | {name: house.there[name]}), _method(row))
    assert _said(answer) == "404"
    assert changes == []


def _method(row: Row) -> str:
    return "post" if row.kind == "act" else "get"


def test_the_tables_themselves_are_open_to_staff_of_the_house(house: House) -> None:
    assert house.clients["admin"].get(reverse("admin:index")).headers["Location"].startswith("/admin/login/")
    User.objects.filter(pk=house.people["admin"].pk).update(is_staff=True, is_superuser=True)
    assert house.clients["admin"].get(reverse("admin:index")).status_code == 200


def test_every_table_is_closed_to_who_is_not_staff(house: House) -> None:
    """Also those of the journal and the queue."""
    from django.contrib import admin

    client = house.clients["admin"]
    answers = {
        model._meta.label: client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        for model in admin.site._registry
    }
    assert answers
    assert {label for label, answer in answers.items() if answer.status_code != 302} == set()


def test_an_unknown_entry_uuid_is_not_found(house: House) -> None:
    address = reverse("measurements:entry_append", args=["lilltorget", uuid.uuid4()])
    assert house.clients["host"].post(address, "[]", content_type="application/json").status_code == 404
    assert CountEntry.objects.count() == 4
