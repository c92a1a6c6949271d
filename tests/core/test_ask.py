"""The questions of a policy in which everything matters: still few moments, and still an end."""

from time import process_time

import pytest

from avdet.core.decide import Engine, decide
from avdet.core.facts import FACTS, UNKNOWN
from avdet.core.vocabulary import REQUIREMENTS
from tests.core.policies import clause, from_clauses

ASKED = [fact.name for fact in FACTS if fact.kind == "bool" and fact.known_by == "customer"]
STATED = {fact.name: False if fact.kind == "bool" else fact.values[0] if fact.kind == "enum" else max(0, fact.low)
          for fact in FACTS if fact.always}  # fmt: skip
BLANK = UNKNOWN | STATED | {"reason": "withdrawal"}


def _apart():
    """Each answer sets a requirement of its own: no two ways of answering come to the same."""
    return [clause(f"SHP-A-{i}", at="claim", when=fact, then={"requires": [REQUIREMENTS[i]]}) for i, fact in enumerate(ASKED)]


def _entangled():
    """Hundreds of clauses, each on six of the answers."""
    turns = [[ASKED[(i * step + step) % len(ASKED)] for step in (1, 2, 3, 5, 7, 11)] for i in range(300)]
    conditions = [" and ".join(f"not {fact}" if i >> n & 1 else fact for n, fact in enumerate(turn)) for i, turn in enumerate(turns)]
    return [clause(f"SHP-A-{i}", at="claim", when=condition, then={"requires": [REQUIREMENTS[i % len(REQUIREMENTS)]]})
            for i, condition in enumerate(conditions)]  # fmt: skip


@pytest.mark.parametrize("clauses", [_apart(), _entangled()], ids=["each apart", "entangled"])
def test_what_to_ask_is_found_at_once_however_much_matters(clauses):
    engine = Engine(from_clauses(clause("SHP-B-1", at="claim", then={"outcome": "approve"}), *clauses).newest)
    facts, start = dict(BLANK), process_time()
    first = decide(engine, "claim", facts)
    assert process_time() - start < 2
    assert (first.outcome, set(first.ask)) == ("ask", set(ASKED))
    while (decision := decide(engine, "claim", facts)).outcome == "ask":
        facts[decision.ask[0]] = True
    everything = BLANK | dict.fromkeys(ASKED, True)
    assert decision.essence == decide(Engine(engine.edition), "claim", everything).essence
