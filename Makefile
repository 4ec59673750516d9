# What a developer needs. `make help` lists it. Everything is installed into .venv and tools/micropython/node_modules.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup pcsc run demo test torture fuzz lint format bench pictures micropython clean

VENV := .venv
PYTHON := $(VENV)/bin/python
# Wheels only, and each must have a hash from requirements.lock.
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
INTERPRETER := tools/micropython/node_modules/.package-lock.json

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(VENV)/.dev-ready $(INTERPRETER) ## install all that development needs

pcsc: $(VENV)/.pcsc-ready ## install what social security cards in a PC/SC reader need

run: $(VENV)/.run-ready ## the terminal with simulated hardware: a counter in the browser
	@$(PYTHON) -m simulator.run

demo: $(VENV)/.run-ready ## play the demonstration (STATE=folder keeps the terminal's data)
	@$(PYTHON) -m simulator.demo $(if $(STATE),--state "$(STATE)")

test: setup ## all tests, on CPython and inside MicroPython
	@$(PYTHON) -m pytest --numprocesses 4 --dist worksteal

torture: setup ## power cuts, failing disks, kill -9, the herd: the long bars (BAR=name for one of them)
	@$(PYTHON) -m tests.torture $(BAR)

fuzz: $(VENV)/.dev-ready ## every parser against inputs that nobody thought of, a fixed number of them
	@$(PYTHON) -m tests.fuzz

lint: $(VENV)/.dev-ready ## style, types, the portable subset, the import rules
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m mypy
	@$(PYTHON) -m tools.subset_lint
	@$(PYTHON) -m tools.import_rules

format: $(VENV)/.dev-ready ## put the code into the form that `make lint` asks for
	@$(PYTHON) -m ruff check --fix
	@$(PYTHON) -m ruff format

bench: $(VENV)/.dev-ready ## measure, and write bench.json
	@$(PYTHON) -m tools.bench

pictures: setup ## make the pictures of the README anew, with a real browser
	@PICTURES=1 $(PYTHON) -m pytest tests/browser

micropython: setup ## the portable tests inside MicroPython only, with the memory they hold
	@$(PYTHON) -m tools.compile_firmware
	@$(PYTHON) -m tools.micropython.run

clean: ## take away what was installed and built; never the terminal's data
	@rm -rf $(VENV) tools/micropython/node_modules build bench.json .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first Python that runs, is new enough and can make environments (a name on the path may be a shim that does not run).
$(VENV)/bin/python:
	@chosen=; old=yes; \
	for name in python3.13 python3.12 python3.11 python3; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		old=; \
		if $$name -c 'import ensurepip, venv' 2>/dev/null; then chosen=$$name; break; fi; \
	done; \
	if [ -n "$$old" ]; then echo 'Python 3.11 or newer is needed: sudo apt install python3 python3-venv' >&2; exit 1; fi; \
	if [ -z "$$chosen" ]; then echo 'The module venv is missing: sudo apt install python3-venv' >&2; exit 1; fi; \
	$$chosen -m venv $(VENV)

# pip itself comes from the lock: older ones do not read dependency groups.
$(VENV)/.installer-ready: requirements.lock | $(VENV)/bin/python
	@sed -n '/^pip==/,/# via/p' requirements.lock > $(VENV)/installer.lock
	@$(PIP_INSTALL) -r $(VENV)/installer.lock
	@touch $@

$(VENV)/.run-ready: pyproject.toml $(VENV)/.installer-ready
	@echo 'Installing what the terminal needs ...'
	@$(PIP_INSTALL) -c requirements.lock --group run
	@touch $@

$(VENV)/.dev-ready: pyproject.toml $(VENV)/.installer-ready
	@echo 'Installing what development needs ...'
	@$(PIP_INSTALL) -c requirements.lock --group dev
	@touch $@ $(VENV)/.run-ready

# Built from its source: there are no wheels. Its builder comes from the same lock, so it is checked, too.
$(VENV)/.pcsc-ready: requirements-pcsc.lock $(VENV)/.installer-ready
	@if ! { command -v swig && command -v gcc && pkg-config --exists libpcsclite && \
		$(PYTHON) -c 'import sysconfig; open(sysconfig.get_path("include") + "/Python.h")'; } >/dev/null 2>&1; then \
		echo 'pyscard cannot be built: sudo apt install swig gcc pkg-config libpcsclite-dev python3-dev' >&2; exit 1; \
	fi
	@echo 'Building what PC/SC readers need ...'
	@sed -n '/^setuptools==/,/# via/p' requirements-pcsc.lock > $(VENV)/builder.lock
	@$(PIP_INSTALL) -r $(VENV)/builder.lock
	@$(PIP_INSTALL) --no-binary pyscard --no-build-isolation -r requirements-pcsc.lock
	@touch $@

$(INTERPRETER): tools/micropython/package-lock.json
	@if command -v npm >/dev/null; then \
		cd tools/micropython && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json; \
	elif [ -n "$${CI:-}" ]; then \
		echo 'npm is missing: CI must run the portable tests inside MicroPython' >&2; exit 1; \
	else \
		echo 'npm is missing: the portable tests will NOT run inside MicroPython (sudo apt install nodejs npm)' >&2; \
	fi
