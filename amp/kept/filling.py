"""Read the forms of a page, and fill one in with what was typed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import TypeAlias
from urllib.parse import urljoin

Typed: TypeAlias = Sequence[tuple[str, str]]
Attributes: TypeAlias = dict[str, str | None]
# What takes a part of the page away and puts another in its place: from, to, by.
Change: TypeAlias = tuple[int, int, str]

PUSHED = {"submit", "button", "image", "reset"}
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


@dataclass
class Control:
    """One field of a form, and where it stands in the page."""

    tag: str
    attributes: Attributes
    start: int
    end: int
    text: str = ""
    # Where a textarea's text ends; the same as `end` for others.
    inner_end: int = 0
    options: list["Control"] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name") or ""

    @property
    def kind(self) -> str:
        default = "submit" if self.tag == "button" else "text" if self.tag == "input" else self.tag
        return (self.attributes.get("type") or default).lower() if self.tag in {"input", "button"} else self.tag

    @property
    def value(self) -> str:
        if self.tag == "option" and "value" not in self.attributes:
            return self.text.strip()
        default = "on" if self.kind in {"checkbox", "radio"} else ""
        return self.attributes.get("value", default) or ""

    @property
    def is_seen(self) -> bool:
        return self.kind not in PUSHED | {"hidden", "file"}


@dataclass
class Form:
    """A form of a page; `action` is the address it is sent to."""

    action: str
    start: int
    end: int
    controls: list[Control] = field(default_factory=list)
    # Folded parts of the page that hold the form, or that it holds.
    folds: list[Control] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return {one.name for one in self.controls if one.name}

    @property
    def pressed(self) -> list[Control]:
        return [one for one in self.controls if one.kind == "submit"]

    def label_of(self, name: str) -> str:
        found = next((one for one in self.controls if one.name == name), None)
        return self.labels.get((found and found.attributes.get("id")) or "", "")


class _Reader(HTMLParser):
    def __init__(self, page: str, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page, self.address = page, address
        self.lines = [0]
        for line in page.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.elsewhere: list[Control] = []
        self.form: Form | None = None
        self.folds: list[Control] = []
        self.open: Control | None = None
        self.option: Control | None = None
        self.labels: dict[str, str] = {}
        self.label: str | None = None
        self.feed(page)
        self.close()
        for control in self.elsewhere:
            if form := self.by_id.get(control.attributes.get("form") or ""):
                form.controls.append(control)
        for form in self.forms:
            form.labels = {key: " ".join(text.split()) for key, text in self.labels.items()}

    def _at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._at()
        control = Control(tag, dict(attrs), start, start + len(self.get_starttag_text() or ""))
        control.inner_end = control.end
        if tag == "form":
            self._open_form(control)
        elif tag == "details":
            self.folds.append(control)
            if self.form:
                self.form.folds.append(control)
        elif tag == "label":
            self.label = control.attributes.get("for") or ""
        elif tag == "option":
            self.option = control
            if self.open:
                self.open.options.append(control)
        elif tag in {"input", "select", "textarea", "button"}:
            self._add(control)

    def _open_form(self, tag: Control) -> None:
        action = urljoin(self.address, tag.attributes.get("action") or self.address)
        form = Form(action, tag.start, tag.end, folds=list(self.folds))
        if key := tag.attributes.get("id"):
            self.by_id[key] = form
        # A form that is read has nothing to fill in.
        self.form = form
        if (tag.attributes.get("method") or "get").lower() == "post":
            self.forms.append(form)

    def _add(self, control: Control) -> None:
        if control.attributes.get("form"):
            self.elsewhere.append(control)
        elif self.form:
            self.form.controls.append(control)
        if control.tag != "input":
            self.open = control

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "details" and self.folds:
            self.folds.pop()
        elif tag == "label":
            self.label = None
        elif tag == "option":
            self.option = None
        elif self.open and tag == self.open.tag:
            self.open.inner_end = self._at()
            self.open = self.option = None

    def handle_data(self, data: str) -> None:
        if self.option:
            self.option.text += data
        elif self.open and self.open.tag in {"button", "textarea"}:
            self.open.text += data
        elif self.label:
            self.labels[self.label] = self.labels.get(self.label, "") + data


def forms_of(page: str, address: str) -> list[Form]:
    """The forms of a page that are sent by POST; `address` is the page's own."""
    return _Reader(page, address).forms


def form_for(forms: Iterable[Form], action: str, typed: Typed) -> Form | None:
    """The form that `typed` came from: sent to the same address, with most of the same names and hidden values."""
    sent = set(typed)
    names = {name for name, _value in typed}

    def likeness(form: Form) -> int:
        hidden = sum((one.name, one.value) in sent for one in form.controls if one.kind == "hidden")
        return 2 * len(form.names & names) - len(names - form.names) + hidden

    # Addresses may differ in their query, which says how one came to the page.
    for same in (str, lambda address: address.partition("?")[0]):
        if found := [form for form in forms if same(form.action) == same(action)]:
            return max(found, key=likeness)
    return None


@dataclass
class Filled:
    """A page with a form filled in, and what of the typed found no field there."""

    page: str
    is_seen: bool
    left: list[tuple[str, str]]


def fill(page: str, form: Form, typed: Typed, notice: str) -> Filled:
    """`notice` is put first in the form."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for name, value in typed:
        if name != TOKEN:
            waiting[name].append(value)
    chosen = {name: list(values) for name, values in waiting.items()}
    changes: list[Change] = [(form.end, form.end, notice)]
    seen = False
    for control in form.controls:
        name = control.name
        if name == TOKEN or control.kind == "file" or "disabled" in control.attributes:
            continue
        if control.kind in PUSHED:
            waiting.pop(name, None)
        elif name not in chosen:
            if control.kind == "checkbox" and name:
                changes += _marked(control, "checked", on=False)
        else:
            seen = seen or control.is_seen
            changes += _changes(control, waiting[name], chosen[name])
    changes += [
        (fold.start, fold.end, _tag(fold.tag, fold.attributes | {"open": None}))
        for fold in {one.start: one for one in form.folds}.values()
    ]
    left = [(name, value) for name, values in waiting.items() for value in values if value.strip()]
    return Filled(_changed(page, changes), seen, left)


def put_first(page: str, form: Form, what: str) -> str:
    return _changed(page, [(form.end, form.end, what)])


def _changes(control: Control, waiting: list[str], chosen: list[str]) -> list[Change]:
    """Takes from `waiting` what it has a place for."""
    if control.kind in {"checkbox", "radio"}:
        on = control.value in chosen
        if on and control.value in waiting:
            waiting.remove(control.value)
        return _marked(control, "checked", on=on)
    if control.tag == "select":
        for option in control.options:
            if option.value in waiting:
                waiting.remove(option.value)
        return [change for one in control.options for change in _marked(one, "selected", on=one.value in chosen)]
    if not waiting:
        return []
    value = waiting.pop(0)
    if control.tag == "textarea":
        # The first newline after the tag is no part of the text.
        return [(control.end, control.inner_end, "\n" + escape(value))]
    return [(control.start, control.end, _tag(control.tag, control.attributes | {"value": value}))]


def _marked(control: Control, mark: str, *, on: bool) -> list[Change]:
    attributes = {name: value for name, value in control.attributes.items() if name != mark}
    if on:
        attributes[mark] = None
    return [] if attributes == control.attributes else [(control.start, control.end, _tag(control.tag, attributes))]


def _tag(tag: str, attributes: Attributes) -> str:
    words = [name if value is None else f'{name}="{escape(value)}"' for name, value in attributes.items()]
    return f"<{' '.join([tag, *words])}>"


def _changed(page: str, changes: Iterable[Change]) -> str:
    done, parts = 0, []
    for start, end, by in sorted(changes, key=lambda one: one[:2]):
        parts += [page[done:start], by]
        done = end
    return "".join([*parts, page[done:]])
