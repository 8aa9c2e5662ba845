# Every command of the project; each makes its own environment first. `python3 run.py` does what `make run` does.
.DEFAULT_GOAL := help
.PHONY: help run test soak bench fmt lint openapi rights migration lock clean distclean

PYTHON ?= python3
DEV := $(PYTHON) run.py --prepare dev
PY := .venv/bin/python
LOCK = PATH="$(CURDIR)/.tools/bin:$(CURDIR)/.tools/venv/bin:$$PATH" uv pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 --no-header

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## start everything and keep it running: servers, API, worker (args="--quick" for an empty factory)
	@$(PYTHON) run.py $(args)

test: ## every check that fits into ten minutes; t=PATH for the tests of one place
	@$(DEV)
	@$(PY) -m tests.support.checks $(t)

soak: ## the long histories and kills, about 75 minutes
	@$(DEV)
	@HYPOTHESIS_PROFILE=soak $(PY) -m pytest -m soak $(t)

bench: ## what is measured; last figures and how to read them in bench/README.md
	@$(DEV)
	@$(PY) -m bench $(args)

fmt: ## format, and mend what the linter can mend
	@$(DEV)
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lint: ## format, lint, types and import contracts, without tests
	@$(DEV)
	@$(PY) -m tests.support.checks --lint

openapi: ## write openapi/v1.json and openapi/webhooks.json from the code
	@$(DEV)
	@$(PY) -m cli openapi > openapi/v1.json.new
	@mv openapi/v1.json.new openapi/v1.json
	@$(PY) -m cli openapi --webhooks > openapi/webhooks.json.new
	@mv openapi/webhooks.json.new openapi/webhooks.json

rights: ## write tests/rights/*.csv, who may do and see what; look at the diff (only="OPERATION ...")
	@$(DEV)
	@RIGHTS=write RIGHTS_ONLY="$(only)" $(PY) -m pytest -q --show-capture=no tests/rights

migration: ## a new empty migration: make migration m="what it does"
	@$(DEV)
	@$(PY) -m alembic revision -m "$(m)"

lock: ## resolve the dependencies of pyproject.toml anew and write the lock files
	@$(DEV)
	@$(LOCK) -o requirements.lock
	@$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the data of the embedded installation
	@$(PYTHON) run.py --clean

distclean: ## remove the data and all that was built
	@$(PYTHON) run.py --clean all
