"""The forms of a page as a browser reads them: where each is sent, and what stands in its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Form:
    """One form: its address, and field → value as the page has filled it in."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The fields that somebody could forge."""
        return [name for name in self.fields if name != "csrfmiddlewaretoken"]


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.found, self.here, self.box, self.links = url, list[Form](), list[Form](), "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href", "").startswith("/"):
            self.links.append(said["href"])
        if tag == "form":
            self.here = [Form(urljoin(self.url, said.get("action", "")), said.get("method", "get").lower())]
            self.found += self.here
        name = said.get("name", "")
        if not self.here or not name or tag not in ("input", "select", "textarea", "button"):
            return
        if said.get("type") == "file":
            self.here[0].files.append(name)
        elif said.get("type") in ("checkbox", "radio"):
            if "checked" in said or name not in self.here[0].fields:
                self.here[0].fields[name] = said.get("value", "on")
        else:
            self.here[0].fields.setdefault(name, said.get("value", ""))
        self.box = name if tag in ("select", "textarea") else ""

    def handle_data(self, data: str) -> None:
        if self.here and self.box and data.strip():
            self.here[0].fields[self.box] = data

    def handle_endtag(self, tag: str) -> None:
        self.box = ""
        if tag == "form":
            self.here = []


def forms_of(page: str, url: str) -> list[Form]:
    """The forms of a page that was opened at `url`."""
    reader = _Reader(url)
    reader.feed(page)
    return reader.found
