# RunForm's commands. `make run` starts the app, `make test` runs every check. Both install what they need first.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.12 python3.11 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 12)))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PORT ?= 8501

.DEFAULT_GOAL := help
.PHONY: help run test lint format system-run system-test clean

help:
	@echo "make run    install and start the app on http://localhost:$(PORT)"
	@echo "make test   install and run every check: ruff, mypy, pytest with the browser test"
	@echo "make format let ruff format the code"
	@echo "make clean  remove .venv and caches; the database in data/ stays"

run: system-run .venv/.runtime-installed
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: system-test .venv/.dev-installed lint
	$(BIN)/python -m pytest

lint: .venv/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/.dev-installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The stamps make a second call quick: pip runs again only when a requirements file changed.
.venv/bin/python:
	@scripts/check_system.sh python "$(PYTHON)"
	$(PYTHON) -m venv .venv

.venv/.runtime-installed: requirements.txt $(wildcard third_party_stand_ins/*/pyproject.toml) | .venv/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	$(BIN)/python -m pip check
	@touch $@

.venv/.dev-installed: requirements-dev.txt .venv/.runtime-installed
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m pip check
	@touch $@

system-run:
	@scripts/check_system.sh libraries

system-test:
	@scripts/check_system.sh libraries browser

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
