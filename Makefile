# One word per job; `make` alone lists them. Everything made lies in .venv/, server/web/static/built/ and ALUR_DATA.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup setup-test run demo test check format bench soak lock

VENV := .venv
PYTHON := $(VENV)/bin/python
ALUR := $(VENV)/bin/alur
PIP := $(PYTHON) -m pip --disable-pip-version-check --quiet
BUILT := server/web/static/built/manifest.json
ASSETS := $(shell find server/web/assets -name node_modules -prune -o -type f -print) server/web/build.py
# The shipped workbooks are published once: afterwards they are the office's, who may have published newer ones.
MARK := $(or $(ALUR_DATA),data)/shipped-workbooks-published
OFFICE := $(ALUR) init; $(ALUR) migrate; [ -e '$(MARK)' ] || { $(ALUR) publish xlsforms && touch '$(MARK)'; }

# make's own variables must not reach the programs it starts.
unexport MAKEFLAGS MAKELEVEL

help: ## this list
	@echo 'Alur. Perintah / commands:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "    make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(BUILT) $(ALUR) ## everything the server needs: system packages, .venv/, page assets
	@:

setup-test: setup $(VENV)/.test-packages
	@./.ci/system-packages test

run: setup ## set up and serve on ALUR_HOST:ALUR_PORT (127.0.0.1:8000), with the SOPs and their forms published
	@$(OFFICE)
	@exec $(ALUR) serve

demo: setup $(VENV)/.test-packages ## as run, with a believable office: past and running cases
	@$(OFFICE)
	@$(ALUR) demo
	@exec $(ALUR) serve

test: setup-test check ## all that CI runs: checks, then every test on both databases
	@$(PYTHON) -m pytest -q -n auto --dist worksteal

check: setup-test ## format, lint, types, import rule
	@$(PYTHON) -m ruff format --check --quiet . || { echo 'run: make format' >&2; exit 1; }
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

format: setup-test ## write the format `make check` asks for
	@$(PYTHON) -m ruff check --quiet --fix . || true
	@$(PYTHON) -m ruff format --quiet .

bench: setup-test ## measure the server against tests/bench/floor.py in one run
	@$(PYTHON) -m tests.bench

soak: setup-test ## the long runs: 1,000 kills under load, 200 seeds of every form, ten phones for ten minutes, growth to 1,000,000 submissions
	@ALUR_KILLS=1000 $(PYTHON) -m pytest -q -s tests/whole/test_kill.py
	@ALUR_SEEDS=200 $(PYTHON) -m pytest -q -s tests/whole/test_seeds.py
	@ALUR_SEEDS=50 $(PYTHON) -m pytest -q tests/doors/test_corpus.py
	@ALUR_TEN_PHONES=600 $(PYTHON) -m pytest -q -s tests/whole/test_ten_phones.py
	@ALUR_GROWTH=1000000 $(PYTHON) -m tests.bench growth

lock: setup-test ## list installed packages that requirements.txt and tests/requirements.txt do not pin
	@$(PYTHON) -m tests.whole.pins

$(VENV)/bin/python:
	@./.ci/system-packages run
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Alur memerlukan Python 3.11 atau lebih baru. / Alur needs Python 3.11 or newer.' >&2; exit 1; }
	@echo 'Menyiapkan / setting up $(VENV)'
	@python3 -m venv $(VENV)

$(VENV)/.packages: requirements.txt | $(VENV)/bin/python
	@./.ci/system-packages run
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.test-packages: tests/requirements.txt $(VENV)/.packages
	@$(PIP) install -r tests/requirements.txt
	@touch $@

# The checkout is not a package: a path file lets the venv's Python see it, a small launcher is the command.
$(ALUR): Makefile $(VENV)/.packages
	@$(PYTHON) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "alur.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '%s\n' '#!/bin/sh' \
		'exec "$$(dirname "$$(readlink -f "$$0")")/python" -P -c "from server.cli import main; raise SystemExit(main())" "$$@"' > $@
	@chmod +x $@

$(BUILT): $(ASSETS) | $(VENV)/.packages
	@echo 'Menyiapkan aset halaman / building page assets'
	@$(PYTHON) -P server/web/build.py >/dev/null
	@touch $@
