import datetime as dt
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from places.models import Place, User
from places.periods import Period
from reports import pdf
from reports.actions import order_edition, publish_edition
from reports.forms import quarters
from reports.models import Edition
from reports.tasks import render_edition
from tests import factories

PAGES = ("edition_detail", "edition_web", "edition_pdf")


def at(page: str, edition: Edition, *more: str) -> str:
    report = edition.report
    return reverse(f"reports:{page}", args=[report.place.slug, report.code, edition.number, *more])


@pytest.fixture
def published(ready: Edition, manager: User) -> Edition:
    edition = publish_edition(edition=ready, by=manager)
    edition.refresh_from_db()
    return edition


def test_report_list_offers_the_last_quarter_first_and_makes_a_draft(as_manager: Client, place: Place) -> None:
    url = reverse("reports:report_list", args=[place.slug])
    form = as_manager.get(url).context["form"]
    assert [code for code, _label in form.fields["period"].choices][:3] == ["2026K3", "2026K4", "2026K2"]
    assert form.fields["period"].choices[-1][0] == "2025K1"
    response = as_manager.post(url, {"period": "2026K3", "language": "en"})
    edition = Edition.objects.get()
    assert response.status_code == 302
    assert response["Location"] == at("edition_detail", edition)
    assert (edition.report.code, edition.language, edition.made_by.name) == ("2026K3", "en", "Manager Ek")


def test_a_quarter_under_way_is_offered_second(place: Place) -> None:
    assert [one.code for one in quarters(place, dt.date(2026, 10, 1))][:3] == ["2026K3", "2026K4", "2026K2"]


def test_report_list_says_beside_the_field_what_is_wrong(as_manager: Client, place: Place) -> None:
    response = as_manager.post(
        reverse("reports:report_list", args=[place.slug]), {"period": "2020K1", "language": "sv"}
    )
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["period"]
    assert not Edition.objects.exists()


def test_report_list_shows_funders_the_published_alone(client: Client, published: Edition, funder: User) -> None:
    order_edition(place=published.report.place, period=Period.quarter(2026, 2), language="sv", by=published.made_by)
    client.force_login(funder)
    response = client.get(reverse("reports:report_list", args=[published.report.place.slug]))
    assert [row.edition for row in response.context["rows"]] == [published]
    page = response.content.decode()
    assert "Torget höll öppet 78 av 79 utlovade dagar. 1 program genomfördes. 12 besök på 1 räknat tillfälle." in page
    assert "Gör ett utkast" not in page
    assert published.pdf_sha256[:8] in page
    assert '<nav class="side"' not in page


def test_report_list_opens_with_the_edition_in_the_readers_language(
    client: Client, published: Edition, manager: User, funder: User
) -> None:
    english = Edition.objects.get(pk=published.pk)
    english.pk, english.number, english.language = None, 2, "en"
    english.save()
    client.force_login(funder)
    url = reverse("reports:report_list", args=[published.report.place.slug])
    assert client.get(url).context["latest"] == published
    assert client.get(url, headers={"accept-language": "en"}).context["latest"] == english
    english.pk, english.number, english.data_sha256 = None, 3, "cd" * 32
    english.save()
    assert client.get(url).context["latest"] == english, "newer figures come before the language"


def test_report_list_refuses_a_funders_order(as_funder: Client, place: Place) -> None:
    url = reverse("reports:report_list", args=[place.slug])
    assert as_funder.get(url).status_code == 200
    assert "Ingen rapport är publicerad än" in as_funder.get(url).content.decode()
    assert as_funder.post(url, {"period": "2026K3", "language": "sv"}).status_code == 403


def test_report_list_tells_what_a_correction_changed(client: Client, published: Edition, manager: User) -> None:
    place = published.report.place
    place.locks.all().delete()
    place.open_days.filter(date="2026-07-01").delete()
    second = order_edition(place=place, period=published.report.period, language="sv", by=manager)
    render_edition(edition_id=second.pk)
    publish_edition(edition=second, by=manager)
    client.force_login(manager)
    rows = client.get(reverse("reports:report_list", args=[place.slug])).context["rows"]
    assert [(row.edition.number, row.status) for row in rows] == [(2, "published"), (1, "replaced")]
    assert rows[0].changes[0] == "Öppna dagar: 78/79 blev 77/79."


def test_report_list_costs_as_much_for_three_editions_as_for_one(as_manager: Client, place: Place) -> None:
    url = reverse("reports:report_list", args=[place.slug])
    report = factories.ReportFactory.create(place=place)
    factories.EditionFactory.create(report=report, number=1)
    with CaptureQueriesContext(connection) as one:
        as_manager.get(url)
    factories.EditionFactory.create(report=report, number=2, state=Edition.State.FAILED)
    factories.EditionFactory.create(report=report, number=3, language="en", state=Edition.State.RENDERING)
    with CaptureQueriesContext(connection) as three:
        assert [row.status for row in as_manager.get(url).context["rows"]] == ["ongoing", "failed", "ongoing"]
    assert len(one) == len(three)


def test_edition_detail_tells_how_far_it_has_come(as_manager: Client, place: Place, manager: User) -> None:
    edition = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    page = as_manager.get(at("edition_detail", edition)).content.decode()
    assert f'hx-get="{at("edition_progress", edition)}" hx-trigger="every 1s"' in page
    assert "Väntar på sin tur" in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page


def test_edition_progress_follows_the_steps_and_then_asks_for_the_page(
    as_manager: Client, place: Place, manager: User
) -> None:
    edition = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    Edition.objects.filter(pk=edition.pk).update(state="rendering", progress=40, step="Ritar diagrammen")
    page = as_manager.get(at("edition_progress", edition)).content.decode()
    assert "Ritar diagrammen" in page
    assert 'value="40"' in page
    Edition.objects.filter(pk=edition.pk).update(state="failed")
    assert as_manager.get(at("edition_progress", edition))["HX-Refresh"] == "true"


def test_edition_detail_after_a_failure_offers_to_try_again(as_manager: Client, place: Place, manager: User) -> None:
    edition = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    with mock.patch.object(pdf, "lay_out", side_effect=OSError), pytest.raises(OSError):  # noqa: PT011  any will do
        render_edition(edition_id=edition.pk)
    page = as_manager.get(at("edition_detail", edition)).content.decode()
    assert "Något gick fel när rapporten gjordes. Siffrorna är orörda och inget har publicerats." in page
    response = as_manager.post(at("edition_retry", edition))
    assert response["Location"] == at("edition_detail", edition)
    edition.refresh_from_db()
    assert edition.state == Edition.State.WAITING


def test_edition_detail_spells_out_what_publishing_does(client: Client, ready: Edition, manager: User) -> None:
    client.force_login(manager)
    page = client.get(at("edition_detail", ready)).content.decode()
    assert "Dagarna 1 juli – 30 september 2026 låses" in page
    assert ready.pdf_sha256 in page
    assert ready.data_sha256 in page


def test_edition_publish_publishes_and_says_why_not(client: Client, ready: Edition, manager: User) -> None:
    client.force_login(manager)
    assert client.get(at("edition_publish", ready)).status_code == 405
    done = client.post(at("edition_publish", ready), follow=True)
    assert "Utgåvan är publicerad och perioden låst." in done.content.decode()
    again = client.post(at("edition_publish", ready), follow=True)
    assert "Utgåvan är redan publicerad." in again.content.decode()


def test_edition_web_shows_the_frozen_figures_in_the_editions_language(
    client: Client, ready: Edition, manager: User
) -> None:
    client.force_login(manager)
    page = client.get(at("edition_web", ready), headers={"Accept-Language": "en"}).content.decode()
    assert "Torget höll öppet 78 av 79 utlovade dagar. 1 program genomfördes. 12 besök på 1 räknat tillfälle." in page
    assert "Detta är ett utkast. Medfinansiärerna ser det inte." in page
    assert f'src="{at("edition_figure", ready, "people")}"' in page
    assert "<5" in page.replace("&lt;", "<")


def test_edition_figure_is_an_svg_of_the_frozen_figures(client: Client, ready: Edition, manager: User) -> None:
    client.force_login(manager)
    response = client.get(at("edition_figure", ready, "people"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    # There is no indicator, so there is nothing to draw.
    assert client.get(at("edition_figure", ready, "indicators")).status_code == 404


def test_edition_pdf_is_named_for_what_it_is(client: Client, published: Edition, funder: User) -> None:
    client.force_login(funder)
    response = client.get(at("edition_pdf", published))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="lilltorget-2026K3-1-sv.pdf"'
    assert response.content == bytes(published.pdf or b"")


@pytest.mark.parametrize("page", PAGES)
def test_a_draft_does_not_exist_for_funders_and_hosts(
    client: Client, ready: Edition, funder: User, host: User, page: str
) -> None:
    for person in (funder, host):
        client.force_login(person)
        assert client.get(at(page, ready)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("person", "status"), [("funder", 200), ("host", 200), ("stranger", 404)])
def test_a_published_edition_is_open_to_all_who_read_reports(
    request: pytest.FixtureRequest, client: Client, published: Edition, page: str, *, person: str, status: int
) -> None:
    client.force_login(request.getfixturevalue(person))
    assert client.get(at(page, published)).status_code == status


@pytest.mark.parametrize("page", ["edition_web", "edition_pdf"])
def test_what_is_not_ready_cannot_be_read(as_manager: Client, place: Place, manager: User, page: str) -> None:
    edition = order_edition(place=place, period=Period.quarter(2026, 3), language="sv", by=manager)
    assert as_manager.get(at(page, edition)).status_code == 404


@pytest.mark.parametrize("page", ["edition_publish", "edition_retry"])
def test_a_host_does_not_make_reports(client: Client, published: Edition, host: User, page: str) -> None:
    client.force_login(host)
    assert client.post(at(page, published)).status_code == 403


def test_the_database_administration_only_looks(client: Client, ready: Edition) -> None:
    client.force_login(User.objects.create_superuser("rot@example.se", "lilltorget-demo"))
    assert client.get(reverse("admin:reports_edition_changelist")).status_code == 200
    assert client.get(reverse("admin:reports_report_changelist")).status_code == 200
    page = client.get(reverse("admin:reports_edition_change", args=[ready.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert client.get(reverse("admin:reports_edition_add")).status_code == 403
