"""Why something was not done, as a page says it to its reader."""

from __future__ import annotations

from avdet.core.errors import AvdetError
from avdet.words.faults import in_sentences
from avdet.words.phrases import phrase


def why(language: str, fault: AvdetError, otherwise: str) -> str:
    """In the words of its code; `otherwise` names the phrase for what has none.

    Which moves a state allows is for programs to read: to people it is said that things do not stand so.
    """
    told = fault.code and not fault.code.startswith("lifecycle.")
    return in_sentences(fault, language) if told else phrase(language, otherwise)
