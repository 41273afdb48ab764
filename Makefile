# make dataset   from a fresh clone to the published dataset
# make test      the tests; make test-slow those that read whole reports (minutes each)
# Needs python 3.11 or newer and nothing else; everything goes into .venv. To build takes requirements.lock, to test
# requirements-dev.lock besides, so .venv has two stamps.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check
PYTEST_ARGS ?=
COMPILE := $(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --python-version 3.11

# What is imported is compiled once: where Python keeps no bytecode, each command would do it again, for some 3 seconds.
WARM := import camelot, cv2, onnxruntime, pandera.pandas, scipy.optimize, great_expectations, pipeline.checks.edition

.PHONY: help dataset practice test test-slow lint typecheck train generalise facsimile lock docs clean
.DEFAULT_GOAL := help

help:
	@echo "make dataset    build and publish every registered edition"
	@echo "make practice   write practice.pdf, the edition that docs/add-an-edition.md practises on"
	@echo "make test       run the tests"
	@echo "make lint       formatting, style and complexity"
	@echo "make typecheck  strict types"
	@echo "make train SHARED=DIR   learn the weights of proposals anew from the collections in DIR"
	@echo "make generalise SHARED=DIR   score what is learned on families that took no part in learning"
	@echo "make facsimile  typeset the facsimile editions again"
	@echo "make lock       pin the newest allowed versions in the lock files"
	@echo "make clean      remove what can be made again (not .venv)"

dataset: $(VENV)/ready
	@$(BIN)/editions build
	@echo
	@echo "The dataset:     extracted/*/published/"
	@echo "What is flagged: $(BIN)/editions status"

practice: $(VENV)/ready-dev
	@$(BIN)/python -m tests.desk_project practice.pdf
	@echo "Written: practice.pdf"

test: $(VENV)/ready-dev
	@$(BIN)/python -m pytest -q -n auto -m "not slow" $(PYTEST_ARGS)

test-slow: $(VENV)/ready-dev
	@$(BIN)/python -m pytest -q -m slow $(PYTEST_ARGS)

lint: $(VENV)/ready-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

typecheck: $(VENV)/ready-dev
	@$(BIN)/mypy

train: $(VENV)/ready-dev
	@$(BIN)/python -m training.tables $(SHARED)
	@$(BIN)/python -m training.meaning $(SHARED)/corpus.csv benchmarks/designs/corpus.csv

generalise: $(VENV)/ready-dev
	@$(BIN)/python -m benchmarks.generalise $(SHARED)

facsimile: $(VENV)/ready-dev
	@$(BIN)/python -m facsimile

lock:
	@$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install -qq --disable-pip-version-check uv
	@$(COMPILE) --upgrade --extra build --output-file requirements.lock pyproject.toml
	@$(COMPILE) --upgrade --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@echo "The locks are new: run make test, then editions check, before you commit them."

clean:
	@rm -rf .editions extracted/*/built extracted/*/published .pytest_cache .mypy_cache .ruff_cache build *.egg-info

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "$(PYTHON) is missing or older than 3.11: install Python 3.11 or newer, or run make PYTHON=/path/to/it" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
		|| { echo "$(PYTHON) cannot make a virtual environment: install its venv module (Debian: apt install python3-venv)" >&2; exit 2; }
	@echo "Installing the libraries into $(VENV) (some minutes, once) …"
	@$(INSTALL) --no-compile --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q pipeline schemas
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c "$(WARM)"
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.lock
	@echo "Installing what tests, linters and types need besides …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
