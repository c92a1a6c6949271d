"""Every code of the catalogue, and what no Persian reader should meet."""

import re

from avdet.core.errors import AvdetError
from avdet.words.faults import faults, in_words

CODES = sorted(f"{group}.{name}" for group, names in faults("en").items() if group != "place" for name in names)
_QUOTED = re.compile(r"[\u2066\u2068][^\u2066\u2068\u2069]*\u2069|`[^`]*`")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[\s,]+[A-Za-z]{2,}")


def codes(*groups: str) -> set[str]:
    """The codes of some groups."""
    return {code for code in CODES if code.split(".")[0] in groups}


def latin_sentence(error: AvdetError) -> str:
    """Two Latin words on end in what a Persian reader is told, codes and quotations left aside; empty where there are none."""
    found = _SENTENCE.search(_QUOTED.sub("", in_words(error, "fa")))
    return found.group() if found else ""
