"""Runs case files and prints what does not hold: `python tests/policies/run_cases.py FILE…`."""

import sys
from pathlib import Path

from avdet.analysis.cases import read_cases, run_case

results = [run_case(case) for file in sys.argv[1:] for case in read_cases(Path(file))]
for result in results:
    if result.faults:
        print(result.case.id, "|", "; ".join(result.faults))
print(f"{sum(not r.faults for r in results)} of {len(results)} cases hold")
