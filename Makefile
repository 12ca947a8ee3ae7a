# Every target says what it does in one line after `##`; `make` alone prints them.
# PORT, SANDBOX_PORT and every THREADLINE_ variable reach the commands as environment.

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
EDITABLE := $(INSTALL) --no-deps --no-build-isolation --editable .
# Most tests wait for sockets, so more of them than there are cores run well beside each other.
WORKERS ?= 4
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help demo serve test torture check bench requirements clean
.DELETE_ON_ERROR:

help: ## Print this list.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: $(RUNTIME) ## Run the gateway and the simulated LinkedIn together, with three accounts to try.
	@exec $(BIN)/threadline demo

serve: $(RUNTIME) ## Run the gateway alone, towards the LinkedIn that the settings name.
	@exec $(BIN)/threadline serve

test: $(DEVELOPMENT) ## Run every test; WORKERS=1 runs them one after the other.
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

torture: $(DEVELOPMENT) ## Kill the gateway 100 times over each database while it sends; KILLS and SEED choose others.
	KILLS=$(or $(KILLS),100) $(BIN)/python -m pytest -s tests/acceptance/test_torture.py

check: $(DEVELOPMENT) ## Check style, types, the floors of the house, the house rules and the docs.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/checks

bench: $(DEVELOPMENT) ## Measure the hot paths as ratios and print the table.
	$(BIN)/python -m benchmarks

requirements: $(DEVELOPMENT) ## Pin the requirement files anew; UPGRADE=--upgrade takes the newest versions.
	$(COMPILE) $(UPGRADE) requirements/build.in --output-file requirements/build.txt
	$(COMPILE) $(UPGRADE) requirements/runtime.in --output-file requirements/runtime.txt
	$(COMPILE) $(UPGRADE) requirements/development.in --constraints requirements/runtime.txt --output-file requirements/development.txt

clean: ## Remove the environment and every cache; the data in .data/ stays.
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.egg-info' -type d -prune -exec rm -rf {} +

# A stamp is younger than what it was installed from, so that only a change of the pins installs again.
$(RUNTIME): requirements/build.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(EDITABLE)
	@touch $@

# Development holds the runtime at the same versions, so one installation serves both.
$(DEVELOPMENT): requirements/build.txt requirements/development.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/development.txt
	$(EDITABLE)
	@touch $(RUNTIME) $@

# A name on PATH may be a shim that fails, so each candidate must answer before it is taken.
$(BIN)/python:
	@for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    exec $$python -m venv $(VENV); \
	  fi; \
	done; \
	echo 'Threadline needs Python 3.11 or newer with its venv module; none was found on PATH.' >&2; exit 1
