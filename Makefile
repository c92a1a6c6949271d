# From nothing with only Python 3.11 or newer: every target sets up what it needs.
.PHONY: help demo test check bench format
export PYTHON

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: ## Decide one real claim of each shipped store and print the slips
	@sh tools/setup.sh
	@.venv/bin/avdet demo

test: ## Run every test
	@sh tools/setup.sh dev
	@if [ -f tools/debian-packages.sh ] && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then sh tools/debian-packages.sh || echo "make: no browser could be installed; its tests will say so" >&2; fi
	.venv/bin/python -m pytest -n 2 --dist worksteal

check: ## Lint, types, the direction of imports and the form of the code, in under a minute
	@sh tools/setup.sh dev
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports
	.venv/bin/python -m pytest tests/house

bench: ## Run the benchmarks; each prints ratios beside its reference
	@sh tools/setup.sh dev
	@for each in benchmarks/bench_*.py; do echo "== $$each"; .venv/bin/python $$each || exit 1; done

format: ## Sort imports and mend what the linter can
	@sh tools/setup.sh dev
	.venv/bin/ruff check --fix .
