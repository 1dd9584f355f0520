# 质诚 Zhicheng. Needs only git, make and python3-venv; everything else is installed into .venv,
# and `make test` adds PostgreSQL and Chromium from Debian (as root; else it says what to type).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One worker more than a small machine has cores: many tests wait for a disk, a browser or another process.
# `make test WORKERS=8` on a larger one.
WORKERS ?= 3
# `make lock UPGRADE=--upgrade` takes the newest versions that pyproject.toml admits.
UPGRADE ?=

PO := src/zhicheng/locale/en/LC_MESSAGES/django.po

.PHONY: help demo test check format lint types contracts fix bench lock assets catalogue system check-windows release-pack matrix

help:
	@echo "make demo    install and start a demonstration factory"
	@echo "make test    check, then every test on SQLite and on PostgreSQL, and in a browser"
	@echo "make check   format, lint, types, contracts between packages"
	@echo "make fix     put right what can be put right by machine"
	@echo "make bench   measure"
	@echo "make lock    write the lock files anew"
	@echo "make assets  fetch browser libraries, icons and fonts, compile the translations"
	@echo "make catalogue  bring the English catalogue up to the texts of the code"
	@echo "make matrix  try every address and operation by everybody"
	@echo "make release-pack  run all tests and write requirement, test and result of this release, signed"
	@echo "make check-windows  see that every locked package has a wheel for Windows"

demo: $(VENV)/runtime.stamp
	$(BIN)/zhicheng demo

test: check system
	ZHICHENG_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	ZHICHENG_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "database and not browser"

# Every cell of the matrix of rights, where `make test` lets some take turns.
matrix: system
	ZHICHENG_MATRIX=every ZHICHENG_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) -s tests/access/test_matrix.py
	ZHICHENG_MATRIX=every ZHICHENG_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) -s tests/access/test_matrix.py

release-pack: export ZHICHENG_MATRIX = every
release-pack: check system
	mkdir -p build
	ZHICHENG_TEST_DATABASE=sqlite $(BIN)/python -m pytest -n $(WORKERS) --junitxml build/sqlite.xml
	ZHICHENG_TEST_DATABASE=postgresql $(BIN)/python -m pytest -n $(WORKERS) -m "database and not browser" --junitxml build/postgresql.xml
	$(BIN)/python -m tests.release_pack build/sqlite.xml build/postgresql.xml

# Each of the four can be run alone; `make -k check` shows the findings of all.
check: format lint types contracts

format: $(VENV)/dev.stamp
	$(BIN)/ruff format --check --output-format concise

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check --output-format concise

types: $(VENV)/dev.stamp
	$(BIN)/mypy

contracts: $(VENV)/dev.stamp
	$(BIN)/lint-imports --no-logo

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix-only --exit-zero
	$(BIN)/ruff format

bench: $(VENV)/dev.stamp
	@ls bench/*.py >/dev/null
	for script in bench/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

lock: $(VENV)/dev.stamp
	$(BIN)/uv pip compile --quiet $(UPGRADE) pyproject.toml --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --output-file requirements.lock
	$(BIN)/uv pip compile --quiet $(UPGRADE) pyproject.toml --extra postgres --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --output-file requirements-dev.lock
	$(BIN)/npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
	@if grep -nE '://|--(index|extra-index|find-links)' requirements.lock requirements-dev.lock \
	  || grep -n '"resolved"' package-lock.json; then echo "a lock names an address" >&2; exit 1; fi

assets: $(VENV)/dev.stamp
	$(BIN)/python build_assets.py

catalogue: $(VENV)/dev.stamp
	$(BIN)/python -m tests.catalogue

# What tests need beside Python (libatomic: the node inside playwright). Looked for first, so that nothing is
# installed where it is there already.
system:
	@missing=""; \
	compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing="postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v openssl >/dev/null || missing="$$missing openssl"; \
	compgen -G '/usr/lib*/*/libatomic.so.1' >/dev/null || missing="$$missing libatomic1"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing $$missing from Debian's packages"; \
	  apt-get update -qq; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "The tests need programs that are not here. Type: sudo apt-get install -y --no-install-recommends $$missing" >&2; \
	  exit 1; \
	fi

# Wheels only: a package that would have to be compiled on Windows makes this fail. The markers are taken off
# because pip judges them for the machine it runs on.
check-windows: $(VENV)/dev.stamp
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	for lock in requirements.lock requirements-dev.lock; do \
	  sed -E 's/ ; [^\\]*//' "$$lock" > "$$folder/$$lock"; \
	  for version in 3.11 3.13; do \
	    $(PIP) download --no-deps --only-binary=:all: --platform win_amd64 --python-version "$$version" \
	      --dest "$$folder/$$version" --requirement "$$folder/$$lock"; \
	    echo "$$lock: a wheel for every package, Windows x86-64, Python $$version"; \
	  done; \
	done

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

# One installation serves both: the package stays editable in the clone, its front-end files are made on the way.
$(VENV)/runtime.stamp: requirements.lock pyproject.toml build_assets.py package.json package-lock.json $(PO) | $(BIN)/python
	@echo "Installing 质诚 into $(VENV) (a minute or two the first time)"
	$(PIP) install --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml build_assets.py package.json package-lock.json | $(BIN)/python
	@echo "Installing 质诚 and its development tools into $(VENV) (a minute or two the first time)"
	$(PIP) install --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp
