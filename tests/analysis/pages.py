"""Reads a published page as a strict reader would: balanced tags, ids, links, headings and landmarks."""

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


class Page(HTMLParser):
    """`faults` is empty for a sound page; `texts` holds the visible text under each id."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.references: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.texts: dict[str, str] = {}
        self.root: dict[str, str | None] = {}
        self.json = ""
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag, _ in self.open]
        self.faults += [f"id {name} stands twice" for name in {name for name in self.ids if self.ids.count(name) > 1}]
        self.faults += [f"#{name} leads nowhere" for name in self.targets + self.references if name not in self.ids]
        steps = zip([0, *self.headings], self.headings, strict=False)
        self.faults += [f"h{before} is followed by h{after}" for before, after in steps if after > before + 1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> repeats an attribute")
        if tag == "html":
            self.root = given
        if tag[0] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.links(tag, given)
        if tag not in VOID:
            self.open.append((tag, str(given.get("id") or "")))

    def links(self, tag: str, given: dict[str, str | None]) -> None:
        href = given.get("href") or ""
        if href.startswith("#"):
            self.targets.append(href[1:])
        elif href or given.get("src") or tag == "link":
            self.outside.append(f"<{tag} {given}>")
        self.references += (given.get("aria-labelledby") or "").split()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if "script" in tags:
            self.json += data
        elif "style" in tags:
            if "url(" in data or "@import" in data:
                self.outside.append("style")
        else:
            for _, name in self.open:
                if name:
                    self.texts[name] = self.texts.get(name, "") + data


def words(text: str) -> str:
    """Text with its spaces made plain."""
    return " ".join(text.split())
