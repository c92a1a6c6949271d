"""The decision contract: one question document in, one answer document out."""

from avdet.contract.answer import Answer, answer, answer_json
from avdet.contract.question import Question, read_question

__all__ = ["Answer", "Question", "answer", "answer_json", "read_question"]
