# What a newcomer needs: `make demo` and `make test`. Each sets up first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKS := requirements.txt requirements-dev.txt requirements-uv.txt
COMPILE := $(BIN)/uv pip compile --system-certs --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help setup demo demo-reset check test slow prove format mutants lock

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(READY) ## Make .venv with everything in it, every package checked by its hash

# uv does in seconds what pip does in a minute; where uv cannot be had, pip installs the same locked files.
$(READY): $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit("Holdfast needs Python 3.11 or newer; %s is %s" % (sys.executable, sys.version.split()[0]) if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "Python's ensurepip is missing, so no virtual environment can be made."; \
	  echo "On Debian and Ubuntu: apt-get install $$($(PYTHON) -c 'import sys; print("python3.%d-venv" % sys.version_info[1])') (or python3-venv)"; \
	  exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages into $(VENV) …"
	@if $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt \
	  && $(BIN)/uv pip install --system-certs --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt; then :; else \
	  echo "uv could not install them; pip tries (slower)."; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; fi
	@touch $(READY)

demo: $(READY) ## Run the whole site here, with invented people, until Ctrl-C (PORT=9000 for another port)
	@exec $(BIN)/python -m config.supervisor demo

demo-reset: $(READY) ## Throw the demo's data away; the next `make demo` makes it afresh
	@exec $(BIN)/python -m config.supervisor reset

check: $(READY) ## What reads the code: ruff, mypy, djlint, deptry
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make format."; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/deptry . --no-ansi

test: check ## Everything that takes minutes, on servers of its own
	@$(BIN)/pytest -n 2 -m "not slow"

slow: $(READY) ## What takes longer, and CI runs too: races, kills, a million generated tries
	@$(BIN)/pytest -n 2 -m slow

format: $(READY) ## Let the formatters have their way
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format --quiet .

prove: $(READY) ## What takes hours: races, histories, every short sequence, ten million tries, mutants
	$(BIN)/python benchmarks/races.py
	HISTORIES=10000 $(BIN)/pytest -q -m slow tests/prescriptions/test_generated_histories.py
	$(BIN)/python -m tests.differential.exhaustive --processes 2
	$(BIN)/python -m tests.differential --tries 10000000 --processes 2
	$(MAKE) mutants

mutants: $(READY) ## Change the rules in a thousand small ways and see whether a test notices
	@$(BIN)/mutmut run

lock: ## Choose package versions afresh and write the hashed lock files
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	@$(COMPILE) requirements-uv.in -o requirements-uv.txt
