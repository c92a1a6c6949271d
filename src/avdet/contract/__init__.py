"""The decision contract: one question document in, one answer document out."""

from avdet.contract.answer import answer, answer_json
from avdet.contract.question import Question, read_question
from avdet.contract.shape import Answer

__all__ = ["Answer", "Question", "answer", "answer_json", "read_question"]
