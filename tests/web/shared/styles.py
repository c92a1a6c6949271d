"""The pages' own files, as the tests of their form read them."""

from tests.house.sources import SOURCE

SHARED = SOURCE / "web" / "shared"
STATIC = SHARED / "static" / "avdet"
CSS = (STATIC / "avdet.css").read_text(encoding="utf-8")
COMPONENTS = tuple(sorted((SHARED / "templates" / "cotton").glob("*.html")))


def templates() -> dict[str, str]:
    """Name → text of every template of every face."""
    found = (*SOURCE.rglob("templates/**/*.html"),)
    return {str(path.relative_to(SOURCE)): path.read_text(encoding="utf-8") for path in found if "analysis" not in path.parts}
