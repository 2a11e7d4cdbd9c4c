# The two doors for a newcomer are `make demo` and `make test`; `make help` lists the rest.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check bench faults format translations clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## / - /'

demo: $(VENV)/.run ## the main job on the sample employer, then the pages on http://127.0.0.1:8080
	$(VENV)/bin/pop demo

test: $(VENV)/.dev ## all tests; what needs a server or browser that is not here is left out and named
	$(PY) -m pytest -n 2

check: $(VENV)/.dev ## formatting, lint, types, direction of imports
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev ## figures against a bare floor and a rival: a table, and build/bench.json (BENCH="--only first_load")
	$(PY) -m tests.bench $(BENCH)

faults: $(VENV)/.dev ## kills, bad answers, full disks: one line of counts per fault (FAULTS="--only kill")
	$(PY) -m tests.faults $(FAULTS)

format: $(VENV)/.dev ## put the code in the house's form
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

translations: $(VENV)/.dev ## bring the catalogues up to date with the texts of the pages
	mkdir -p build
	$(VENV)/bin/pybabel -q extract -F pyproject.toml --sort-output --no-location --omit-header -k lazy_gettext -o build/messages.pot connector/web
	$(VENV)/bin/pybabel -q update --no-fuzzy-matching --omit-header --ignore-obsolete -w 120 -i build/messages.pot -d connector/web/translations
	$(VENV)/bin/pybabel -q compile --use-fuzzy -d connector/web/translations

clean: ## take away what the other targets made
	rm -rf $(VENV) .demo build dist

# pip itself comes with the venv; the lock names every file by its hash.
$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.made .ci/requirements.lock pyproject.toml connector/web/assets_hook.py
	@echo "Installing what POP connector needs in $(VENV) (only now, a minute or so) ..."
	$(VENV)/bin/pip install --quiet --require-hashes -r .ci/requirements.lock
	$(VENV)/bin/pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run .ci/requirements-dev.lock
	@echo "Installing what the tests need in $(VENV) ..."
	$(VENV)/bin/pip install --quiet --require-hashes -r .ci/requirements-dev.lock
	touch $@
