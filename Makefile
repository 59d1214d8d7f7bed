# Pakar: what a newcomer and the gate run. `make help` lists it.

PYTHON ?= python3
VENV ?= .venv
# Test processes at a time; a test file stays in one of them.
WORKERS ?= 2

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_INSTALL := $(PIP) install --require-hashes --only-binary :all:
RUNTIME := $(VENV)/.stamp-runtime
DEVELOPMENT := $(VENV)/.stamp-development
FUZZING := $(VENV)/.stamp-fuzzing
# Seconds that `make fuzz` gives each reader of mail.
FUZZ_SECONDS ?= 600
CHECKED := archive reputation api migrations tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help demo install development test quick lint format bench fuzz contract lock clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## install into .venv, make an archive of the bundled sample and serve it
	$(BIN)/pakar demo

install: $(RUNTIME) ## install into .venv what running Pakar needs

development: $(DEVELOPMENT) ## install into .venv what working on Pakar needs

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pakar needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)

# Only what the locks name is ever installed; the project itself is built by the locked
# hatchling, without isolation and without looking for anything else.
$(RUNTIME): $(BIN)/python requirements.lock pyproject.toml
	$(PIP_INSTALL) -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# The development lock holds every line of the other one too. The oracle is the only thing ever
# built from source but the project itself, likewise by what is locked and nothing else.
$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock requirements-oracle.lock
	$(PIP_INSTALL) -r requirements-dev.lock
	$(PIP) install --require-hashes --no-binary :all: --no-deps --no-build-isolation --use-pep517 \
		-r requirements-oracle.lock
	@touch $@

test: lint ## all that CI runs: lint, format, types, layers, tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_FLAGS)

quick: lint ## the lint, and the tests that need neither a browser nor a server nor real mail
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_FLAGS) \
		-m "not corpus and not browser and not postgresql and not list_manager" --ignore tests/end_to_end

lint: $(DEVELOPMENT) ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(DEVELOPMENT) ## let ruff mend and format the code
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

bench: $(DEVELOPMENT) ## the benchmarks on small data; see benchmarks/README.md
	$(BIN)/python -m benchmarks.import_rate
	$(BIN)/python -m benchmarks.http_rate
	$(BIN)/python -m benchmarks.smtp_rate
	$(BIN)/python -m benchmarks.reading_rate

$(FUZZING): $(DEVELOPMENT) requirements-fuzz.lock
	$(PIP_INSTALL) -r requirements-fuzz.lock
	@touch $@

fuzz: $(FUZZING) ## hostile mail for FUZZ_SECONDS a reader (600), then bounds of time and memory
	set -e; for reader in message spans headers charset markup; do \
		$(BIN)/python -m tests.fuzz.run $$reader $(FUZZ_SECONDS); done
	$(BIN)/python -m tests.fuzz.bounds $(FUZZ_SECONDS)

contract: $(DEVELOPMENT) ## the HTTP API against its description, by schemathesis, as nobody and each kind of bearer
	$(BIN)/python -m tests.contract.run

# Hashes of every platform's files, no address of any index: each machine uses its own.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make lock" $(LOCK_FLAGS)
MAILMAN := tests/end_to_end/list_managers/mailman

lock: $(DEVELOPMENT) ## refresh the locks from what is declared (LOCK_FLAGS=--upgrade for newer releases)
	$(LOCK) pyproject.toml --group build --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) $(MAILMAN).in --override $(MAILMAN)-overrides.in --output-file $(MAILMAN).lock
	$(LOCK) --group oracle --no-deps --output-file requirements-oracle.lock
	$(LOCK) --group fuzz --output-file requirements-fuzz.lock

clean: ## remove the environment, caches and build products
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find $(CHECKED) -name __pycache__ -type d -prune -exec rm -rf {} +
