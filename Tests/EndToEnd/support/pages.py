"""Pages as someone without JavaScript sees them: forms, texts, and where a button leads."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style", "template", "head"}


@dataclass
class Field:
    """One control of a form."""

    name: str
    kind: str
    value: str
    checked: bool = False


@dataclass
class Form:
    """A form with its controls and its buttons by id."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: dict[str, Field] = field(default_factory=dict)

    def data(self, button: str, changes: dict[str, str | bool]) -> list[tuple[str, str]]:
        """What a browser sends when that button is pressed after those changes; a Bool ticks or clears a box."""
        known = {item.name for item in self.fields}
        assert set(changes) <= known, f"no such field: {set(changes) - known}; the form has {known}"
        sent = [pair for item in self.fields if (pair := _sent(item, changes.get(item.name))) is not None]
        pressed = self.buttons[button]
        return sent + ([(pressed.name, pressed.value)] if pressed.name else [])


def _sent(item: Field, change: str | bool | None) -> tuple[str, str] | None:
    if item.kind == "checkbox":
        ticked = item.checked if change is None else bool(change)
        return (item.name, item.value) if ticked else None
    if item.kind == "radio":
        chosen = item.checked if change is None else item.value == change
        return (item.name, item.value) if chosen else None
    return item.name, item.value if change is None else str(change)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.by_id: dict[str, list[str]] = {}
        self.links: dict[str, str] = {}
        self.text: list[str] = []
        self.classes: set[str] = set()
        self._open: list[tuple[str, str | None]] = []
        self._textarea: Field | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.classes |= {*values.get("class", "").split(), f"role={values.get('role', '')}"}
        identifier = values.get("id")
        if tag not in VOID:
            self._open.append((tag, identifier))
        if identifier:
            self.by_id.setdefault(identifier, [])
            if "value" in values:
                self.by_id[identifier].append(values["value"])
            if tag == "a":
                self.links[identifier] = values.get("href", "")
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif self.forms:
            self._control(tag, values)

    def _control(self, tag: str, values: dict[str, str]) -> None:
        form, name = self.forms[-1], values.get("name", "")
        kind = values.get("type", "submit" if tag == "button" else "text").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            button = Field(name, kind, values.get("value", ""))
            form.buttons[values.get("id") or name] = button
            for class_name in values.get("class", "").split():
                form.buttons.setdefault(f"{class_name}:{values.get('data-client-id', '')}", button)
        elif tag == "input" and name:
            default = "on" if kind in {"checkbox", "radio"} else ""
            form.fields.append(Field(name, kind, values.get("value", default), "checked" in values))
        elif tag == "textarea" and name:
            self._textarea = Field(name, tag, "")
            form.fields.append(self._textarea)
        elif tag == "select" and name:
            self._select = Field(name, tag, "")
            form.fields.append(self._select)
        elif tag == "option" and self._select is not None and ("selected" in values or not self._select.value):
            self._select.value = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
        while self._open:
            name, _ = self._open.pop()
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data.removeprefix("\n") if not self._textarea.value else data
        if any(tag in SILENT for tag, _ in self._open):
            return
        self.text.append(data)
        for _, identifier in self._open:
            if identifier:
                self.by_id[identifier].append(data)


class Page:
    """One answer, read as a page."""

    def __init__(self, response: requests.Response) -> None:
        self.url = response.url
        self.status = response.status_code
        self.headers = response.headers
        self.source = response.text
        self._reader = _Reader()
        self._reader.feed(response.text)

    @property
    def text(self) -> str:
        """What can be read on it, with single spaces."""
        return " ".join(" ".join(self._reader.text).split())

    @property
    def has_notice(self) -> bool:
        """Whether the page says that something went differently than asked."""
        return bool(self._reader.classes & {"notice", "role=status", "role=alert"})

    def has(self, identifier: str) -> bool:
        return identifier in self._reader.by_id

    def text_of(self, identifier: str) -> str:
        """The text, or the value, of the element with that id."""
        assert self.has(identifier), f"no #{identifier} on {self}"
        return "".join(self._reader.by_id[identifier]).strip()

    def link(self, identifier: str) -> str:
        """Where the link with that id leads."""
        assert identifier in self._reader.links, f"no link #{identifier} on {self}"
        return urljoin(self.url, self._reader.links[identifier])

    def form_with(self, button: str) -> Form:
        """The form that holds the button with that id."""
        for form in self._reader.forms:
            if button in form.buttons:
                return form
        raise AssertionError(f"no button #{button} on {self}")

    @property
    def forms(self) -> list[Form]:
        return self._reader.forms

    def __repr__(self) -> str:
        return f"{self.status} {self.url}: {self.text[:600]}"
