# From nothing with only Python 3.11 or newer: every target sets up what it needs.
.PHONY: help demo test check lint bench format
export PYTHON
PORT ?= 8000

help: ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

demo: ## Fill five stores with goods, customers and orders, serve them, and print where to look (PORT=8000)
	@sh tools/setup.sh
	@AVDET_HOME=$${AVDET_HOME:-build/demo} .venv/bin/avdet demo --port $(PORT)

test: ## Run every test, on SQLite and on PostgreSQL
	@sh tools/setup.sh dev
	@if [ -f tools/debian-packages.sh ] && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then sh tools/debian-packages.sh || echo "make: no browser or PostgreSQL could be installed; their tests will say so" >&2; fi
	.venv/bin/python -m pytest -n 2 --dist worksteal
	@sh tools/test_on_postgres.sh

check: lint ## Lint, types, the direction of imports and the form of the code, in under a minute
	.venv/bin/python -m pytest tests/house

lint: ## The same without the form of the code, which is among the tests
	@sh tools/setup.sh dev
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo 2>/dev/null || .venv/bin/lint-imports

bench: ## Run the benchmarks; each prints ratios beside its reference
	@sh tools/setup.sh dev
	@for each in benchmarks/bench_*.py; do echo "== $$each"; .venv/bin/python $$each || exit 1; done

format: ## Sort imports and mend what the linter can
	@sh tools/setup.sh dev
	.venv/bin/ruff check --fix .
