# Cổng Dân cư. `make help` lists what there is; a fresh machine needs `make demo` or `make test`, and nothing before.

PYTHON ?= python3
PORT ?= 8000
export PORT RESET CHROMIUM
unexport PYTHONDONTWRITEBYTECODE # three workers would compile every test three times

IN_VENV = .venv/bin/python -m
PIN = $(IN_VENV) uv pip compile --system-certs --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# For what reads our settings, which want to know both addresses, and connects to neither.
NO_SERVERS = DATABASE_URL=postgresql://nobody@nowhere/none REDIS_URL=redis://nowhere

.DEFAULT_GOAL := help
.PHONY: help demo setup test lint bench lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile
	@printf '\n  PYTHON=python3.12 names another Python. DATABASE_URL and REDIS_URL name ordinary servers.\n'

demo: ## set up, start and show the portal with invented people (PORT=8000; RESET=1 starts anew)
	@$(PYTHON) config/machine.py run
	@exec $(IN_VENV) config.demo

setup: ## the set-up alone: .venv, front-end files, native libraries
	@$(PYTHON) config/machine.py run

test: ## set up, check style, imports and types, then every test (ARGS="-k search" goes to pytest)
	@$(PYTHON) config/machine.py test
	@$(MAKE) --no-print-directory --jobs=2 check template compiled
	@# Three workers for two cores: the journeys wait for their browser half of the time.
	$(IN_VENV) pytest -n 3 -p tests.together $(ARGS)

lint: ## style, import contracts and types, without the tests
	@$(PYTHON) config/machine.py dev
	@$(MAKE) --no-print-directory check

.PHONY: check
check:
	$(IN_VENV) ruff check .
	$(IN_VENV) ruff format --check .
	.venv/bin/lint-imports
	@# The types of Django come from our settings.
	$(NO_SERVERS) $(IN_VENV) mypy

.PHONY: template
template:
	@$(IN_VENV) tests.template

.PHONY: compiled
compiled:
	@$(NO_SERVERS) $(IN_VENV) pytest --collect-only -qq -p no:cacheprovider $(ARGS) >/dev/null

bench: ## measure one promise about speed: make bench NAME=search SIZE=300000
	@$(PYTHON) config/machine.py $(if $(filter matching receipts rosters,$(NAME)),bench,dev)
	@test -f 'benchmarks/$(NAME).py' -o -f 'benchmarks/$(NAME)/__main__.py' || { \
	  echo 'Name one of these, as in make bench NAME=search SIZE=300000:'; \
	  for file in benchmarks/[a-z]*.py benchmarks/[a-z]*/__main__.py; do \
	    name="$${file#benchmarks/}"; name="$${name%/__main__.py}"; echo "$${name%.py}"; done; exit 2; }
	@$(IN_VENV) config.embedded --data .data/bench .venv/bin/python -m 'benchmarks.$(NAME)' $(if $(SIZE),--size '$(SIZE)')

lock: ## pin what requirements*.in and package.json choose (UPGRADE=1 takes newer versions)
	@$(PYTHON) config/machine.py dev
	$(PIN) $(if $(UPGRADE),--upgrade) requirements.in --output-file requirements.txt
	$(PIN) $(if $(UPGRADE),--upgrade) requirements-dev.in --output-file requirements-dev.txt
	$(PIN) $(if $(UPGRADE),--upgrade) requirements-bench.in --output-file requirements-bench.txt
	$(PIN) $(if $(UPGRADE),--upgrade) requirements-node.in --output-file requirements-node.txt
	$(PIN) $(if $(UPGRADE),--upgrade) --no-deps requirements-data.in --output-file requirements-data.txt
	npm $(if $(UPGRADE),update,install) --package-lock-only
