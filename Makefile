# Wirewatch: every workflow is a target here. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Where nothing may be compiled ahead (PYTHONDONTWRITEBYTECODE), four processes would compile all tests at each run.
test test-slow: export PYTHONDONTWRITEBYTECODE =
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip --python $(PY) install --quiet --no-deps --require-hashes
ARGS ?=
SETS = $(wildcard $(addprefix ../shared/data/dedup/,$(addsuffix .dev.jsonl,uci fnc ecb semeval_multi ru_slug semeval_en_pairs threads)))

.PHONY: help run demo test test-slow check types lint imports bench fit pin clean

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- set-up: each stamp says which requirements are in .venv ---------------------------------------------------------

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Wirewatch needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Install a newer one, or point to it: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "Wirewatch needs pip: install the package python3-pip, then try again." >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.run: requirements.txt requirements-build.txt pyproject.toml | $(PY)
	@echo "Setting up $(VENV) ..." >&2
	@$(PIP) -r requirements.txt
	@$(PIP) -r requirements-build.txt
	@PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip --python $(PY) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Setting up the tools for tests and checks ..." >&2
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@echo "Setting up the peers that the benchmarks measure against ..." >&2
	@$(PIP) -r requirements-bench.txt
	@touch $@

# --- the bot ---------------------------------------------------------------------------------------------------------

run: $(VENV)/.run  ## start the worker on rules.yaml (without a Slack token digests go to the terminal)
	@exec $(PY) -m bot run $(ARGS)

demo: $(VENV)/.run  ## a bundled newsroom goes through the real worker (ARGS=--once: half a minute, ends with a digest)
	@exec $(PY) -m bot demo $(ARGS)

# --- checks ----------------------------------------------------------------------------------------------------------

test: $(VENV)/.dev  ## all tests but the long ones: four to six minutes
	@$(PY) -m pytest -q -n auto --dist worksteal -m "not slow" $(ARGS)

test-slow: $(VENV)/.dev  ## the long ones: drills, soak, full data sets, properties with all examples; up to half an hour
	@$(PY) -m pytest -q -n 2 --dist worksteal -m "slow or hypothesis" --hypothesis-profile all $(ARGS)

types: $(VENV)/.dev  ## mypy --strict
	@$(PY) -m mypy

lint: $(VENV)/.dev  ## ruff: rules and format
	@$(PY) -m ruff check bot tests bench docs
	@$(PY) -m ruff format --check bot tests bench docs

imports: $(VENV)/.dev  ## import-linter: the arrows between the rooms
	@$(VENV)/bin/lint-imports

check: lint types imports test  ## tests, types, lint, import rules

bench: $(VENV)/.bench  ## the benchmarks, with peers in the same run (ARGS="matcher stories ..." picks some)
	@$(PY) -m bench $(ARGS)

fit: $(VENV)/.bench  ## fit the weights of stories anew (ARGS: labelled data sets; a quarter of an hour)
	@$(PY) -m bench._story_fit $(or $(ARGS),$(SETS))

# --- upkeep ----------------------------------------------------------------------------------------------------------

PIN := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

pin:  ## write the hashed requirements files anew from pyproject.toml (needs uv; ARGS=--upgrade: the newest versions)
	@$(PIN) $(ARGS) pyproject.toml -o requirements.txt
	@$(PIN) $(ARGS) --group build -o requirements-build.txt
	@$(PIN) $(ARGS) pyproject.toml --group dev -o requirements-dev.txt
	@$(PIN) $(ARGS) pyproject.toml --group bench -o requirements-bench.txt

clean:  ## remove .venv and caches (never state/)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
