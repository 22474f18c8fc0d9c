# make demo | make test | make ui: each sets up what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
HOME_DIR ?= $(if $(ARCHIVE),macro_home_archive,macro_home)
ARCHIVE  ?=
WORKERS  ?= 2
# One thread per library, since work is spread over processes; no telemetry; compiled modules are kept, since many
# processes load them.
export OMP_NUM_THREADS = 1
export MLFLOW_DISABLE_TELEMETRY = true
export DAGSTER_DISABLE_TELEMETRY = true
export PYTHONDONTWRITEBYTECODE =

.PHONY: help setup demo test lint types floors definitions unit mutants mutants-random faults fault-bodies outages ui benchmarks pictures docs lock clean

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: $(STAMP)  ## the virtual environment, from requirements.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check 'pip>=25.3'  # resolves the lock in half the time of older ones
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile -r requirements.lock
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true  # on all cores; some packages hold templates that cannot be
	PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup      ## the main job end to end: simulated economy, or ARCHIVE=folder of recorded data
	$(BIN)/macro-assets demo --home $(HOME_DIR) $(if $(ARCHIVE),--archive $(ARCHIVE))

ui: setup        ## Dagster on port 3000 and MLflow on port 5000, on what the demo made
	$(BIN)/macro-assets ui --home $(HOME_DIR)

test: setup lint types floors definitions unit  ## everything that must hold

lint:
	$(BIN)/ruff check macro_assets macro_assets_tests benchmarks docs
	$(BIN)/ruff format --check macro_assets macro_assets_tests benchmarks docs

types:
	$(BIN)/mypy

floors:
	$(BIN)/lint-imports

definitions:     ## the code location loads with an empty environment
	env -i PATH="$(PATH)" HOME="$(HOME)" $(BIN)/dagster definitions validate -m macro_assets.definitions

unit:
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -q

faults: setup    ## every fault of a provider or the wire, once and for ever: what became of it; writes docs/faults.md
	$(BIN)/python -m macro_assets_tests.faults --workers $(WORKERS) --write

fault-bodies: setup ## 5,000 malformed answers a provider, drawn by hypothesis; writes docs/faults.md
	$(BIN)/python -m macro_assets_tests.faults --bodies 5000 --workers $(WORKERS) --write

outages: setup   ## five hours, three days, a week without data, with the real daemon; writes docs/outages.md; an hour
	$(BIN)/python -m macro_assets_tests.outages --write

mutants: setup   ## wrong lines put in on purpose, each with the tests that must notice; writes docs/testing.md
	$(BIN)/python -m macro_assets_tests.mutants --workers $(WORKERS) --write

mutants-random: setup ## a hundred wrong lines drawn by seed; writes docs/testing.md
	$(BIN)/python -m macro_assets_tests.mutants --random 100 --workers $(WORKERS) --write

BENCHMARKS = as_of causal_grid growth recession_features  # as_of needs DuckDB: pip install duckdb; release needs --home

benchmarks: setup ## speed, as ratios in one run
	for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done

pictures: setup  ## the README's pictures, from the real pages in headless Chromium
	$(BIN)/python docs/make_pictures.py --home $(HOME_DIR)

docs: setup      ## the generated pages of docs/: the dictionary, and the notebooks executed on the home of a demo
	$(BIN)/macro-assets data-dictionary > docs/data_dictionary.md
	$(BIN)/python docs/write_checks.py
	test -d $(HOME_DIR)/lake || $(MAKE) demo
	$(BIN)/python docs/run_notebooks.py --home $(HOME_DIR)

lock:            ## requirements.lock anew: plain pins, no hosts, no local labels
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet -e '.[dev,evaluate]'
	build/lock/bin/pip freeze --exclude-editable | sed -E 's/\+[a-z0-9]+$$//' | grep -v ' @ ' > requirements.lock

clean:
	rm -rf $(VENV) $(HOME_DIR) build
