# Everything a developer or a curious visitor runs; needs Python >= 3.11 and make, nothing else. `make help` lists it.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --no-audit --no-fund --no-update-notifier --loglevel=error
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))

.DELETE_ON_ERROR:
.PHONY: help setup setup-tests demo test test-long lint bench postgres translations lock

help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .venv/.project static/vendor $(CATALOGUES) ## Make .venv with all that the program needs, and the front-end files (30 s, once)
	@echo "[setup] ready: .venv/bin/archipel"

demo: setup ## Serve a lively demo archipelago on 127.0.0.1 [PORT=8000]
	$(BIN)/archipel demo --port $(PORT)

test: setup-tests ## Run the tests on SQLite, a real PostgreSQL and a real browser [ARGS="tests/values -n0"]
	$(BIN)/python -m pytest $(ARGS)

test-long: setup-tests ## Run the long forms of races and state machines [ARGS=...]
	$(BIN)/python -m pytest -m long $(ARGS)

lint: setup-tests ## Judge the code: ruff, mypy, import-linter, djlint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --quiet --lint templates

bench: setup-tests ## Measure what benchmarks/ is about, beside its floors, and print the table [ARGS=...]
	$(BIN)/python benchmarks/run.py $(ARGS)

postgres: setup-tests ## Start a PostgreSQL for development in instance/postgres and print its DATABASE_URL (Ctrl-C ends it)
	@$(BIN)/python -m tools.postgres

translations: setup-tests ## Bring the catalogues up to date with the French sentences of the code, then compile them
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k NN_:1,2 -k lazy_gettext --no-wrap --add-location=file --sort-by-file \
		--project=archipel -o .cache/messages.pot booking templates
	$(BIN)/pybabel -q update -i .cache/messages.pot -d translations --no-wrap --no-fuzzy-matching \
		--ignore-pot-creation-date --ignore-obsolete
	@$(MAKE) --no-print-directory setup

# Neither uv.lock nor pylock.toml: both record the address of the registry they were made with.
lock: .venv/.project ## Write requirements*.lock and package-lock.json anew [UPGRADE=--upgrade for the newest of everything]
	$(PYTHON) -m venv .cache/uv
	.cache/uv/bin/python -m pip --disable-pip-version-check install --quiet uv
	for to in "requirements.lock --group setup" "requirements-dev.lock --group setup --group dev"; do \
		.cache/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header $(UPGRADE) \
			--python-version 3.11 pyproject.toml --output-file $$to || exit 1; done
	$(NPM) install --package-lock-only

# ---- what the commands above stand on; each file .x is a stamp, older than what it depends on when there is work to do

setup-tests: setup .venv/.tests node_modules/.tests

.venv/.python:
	@$(PYTHON) tools/python_check.py
	@echo "[setup] Python environment in .venv (5 s)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.packages: requirements.lock .venv/.python
	@echo "[setup] Python packages, checked against requirements.lock (15 s)"
	@$(PIP) --require-hashes -r requirements.lock
	@touch $@

.venv/.project: pyproject.toml .venv/.packages
	@echo "[setup] .venv/bin/archipel, from this folder (2 s)"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.tests: requirements-dev.lock .venv/.packages
	@echo "[setup] what tests and lint need, PostgreSQL among it, checked against requirements-dev.lock (30 s)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.front-end: package-lock.json .npmrc .venv/.packages
	@echo "[setup] front-end files, checked against package-lock.json (5 s)"
	@$(NPM) ci --omit=dev
	@touch $@

node_modules/.tests: node_modules/.front-end
	@echo "[setup] a browser and the accessibility rules for the tests (10 s)"
	@$(NPM) ci
	@touch node_modules/.front-end $@

static/vendor: tools/assets.py node_modules/.front-end
	@$(BIN)/python tools/assets.py
	@touch $@

translations/%.mo: translations/%.po | .venv/.packages
	@$(BIN)/pybabel -q compile --input-file=$< --output-file=$@
