"""What pages about terms share: the words of the terms themselves, and the differences between two versions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from avdet.analysis.publish.differences import Differences, differences
from avdet.analysis.publish.words import phrases
from avdet.core.policy import Policy


def spoken(language: str) -> dict[str, Any]:
    """The language of the terms, which may be another than that of the page around them, its direction, and its words."""
    said = {key.replace(".", "_"): text for key, text in phrases(language).items()}
    return {"said": said, "spoken": language, "spoken_direction": "rtl" if language == "fa" else "ltr"}


def language_of_both(old: Policy, new: Policy, wished: str) -> str:
    """The language to compare two versions in: the reader's, else the first that both are written in."""
    both = [language for language in (wished, *new.languages) if language in old.languages and language in new.languages]
    return both[0] if both else new.languages[0]


@lru_cache(maxsize=64)
def differences_between(old: Policy, new: Policy, language: str) -> Differences:
    """What the newest clauses of one policy say differently from another's."""
    return differences(old.newest, new.newest, language)
