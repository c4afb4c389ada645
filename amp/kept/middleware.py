"""Closes every page to those who are not signed in, and keeps what they had typed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeAlias

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from amp.kept.filling import Form, fill, form_for, forms_of, put_first
from amp.kept.keeping import KEY, address_of, forget, is_a_form, keep, kept_by, page_of, remember, typed_in
from places.models import KeptForm

View: TypeAlias = Callable[..., HttpResponseBase]


class SignInMiddleware(LoginRequiredMiddleware):
    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """The database administration closes its pages itself, and would forget what was typed."""
        match = request.resolver_match
        in_tables = match and match.app_name == "admin" and match.url_name not in {"login", "logout"}
        if in_tables and not request.user.is_authenticated and is_a_form(request):
            return self.handle_no_permission(request, view_func)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        """To the sign-in, and from there to the page of the form."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if not is_a_form(request):
            # What is only sent to cannot be come back to.
            return redirect_to_login(page_of(request), self.get_login_url(view_func), "next")
        kept = keep(request)
        if kept is None:
            return redirect_to_login(page_of(request), self.get_login_url(view_func), "next")
        response = redirect_to_login(address_of(kept), self.get_login_url(view_func), "next")
        remember(response, request, kept)
        return response

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        key = (request.POST if request.method == "POST" else request.GET).get(KEY) if _may_hold(request) else None
        kept = kept_by(request, key) if key else None
        if kept is None:
            return response
        if request.method == "POST":
            return _sent_anew(request, response, kept)
        return _shown(request, response, kept)


def _may_hold(request: HttpRequest) -> bool:
    """Signed in, at a page of ours. What a browser sent too much of is not read again."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or request.path.startswith("/kept/"):
        return False
    return request.method in {"GET", "POST"} and request.content_type != "application/json"


def _sent_anew(request: HttpRequest, response: HttpResponseBase, kept: KeptForm) -> HttpResponseBase:
    """Taken: forgotten. Shown again with what is wrong: kept until it is right."""
    if response.status_code == HTTPStatus.FOUND and request.path == kept.path.partition("?")[0]:
        forget(response, kept)
    elif form := _form_in(request, response, kept):
        _set(response, put_first(_text(response), form, _mark(kept)))
    return response


def _shown(request: HttpRequest, response: HttpResponseBase, kept: KeptForm) -> HttpResponseBase:
    """The page with its form filled in; where it has none that all of it fits in, a page of its own."""
    alone = HttpResponseRedirect(reverse("kept_form", args=[kept.uuid]))
    form = _form_in(request, response, kept)
    if form is None:
        return alone
    notice = render_to_string("kept/_notice.html", {"kept": kept}, request)
    filled = fill(_text(response), form, typed_in(kept), notice)
    if filled.left or not filled.is_seen:
        return alone
    _set(response, filled.page)
    return response


def _form_in(request: HttpRequest, response: HttpResponseBase, kept: KeptForm) -> Form | None:
    if not isinstance(response, HttpResponse) or response.status_code != HTTPStatus.OK:
        return None
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return None
    return form_for(forms_of(_text(response), request.get_full_path()), kept.path, typed_in(kept))


def _mark(kept: KeptForm) -> str:
    return f'<input type="hidden" name="{KEY}" value="{kept.uuid}">'


def _text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)  # noqa: S101  for the type alone
    return response.content.decode()


def _set(response: HttpResponseBase, page: str) -> None:
    assert isinstance(response, HttpResponse)  # noqa: S101  for the type alone
    response.content = page.encode()
    response.headers["Cache-Control"] = "private, no-store"
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
