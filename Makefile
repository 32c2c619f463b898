# Everything from a fresh machine with Python 3.11+ and make: each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-full lint bench bench-import bench-goods bench-history bench-promise bench-route docs clean

demo: $(VENV)/.run
	$(BIN)/oms demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2

test-full: $(VENV)/.dev lint
	OMS_TEST_FULL=1 $(BIN)/python -m pytest -n 2 --run-debian

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/morning.py

bench-import: $(VENV)/.dev
	$(BIN)/python benchmarks/importing.py

bench-goods: $(VENV)/.dev
	$(BIN)/python benchmarks/goods.py

bench-history: $(VENV)/.dev
	$(BIN)/python benchmarks/history.py

bench-promise: $(VENV)/.dev
	$(BIN)/python benchmarks/promising.py

bench-route: $(VENV)/.dev
	$(BIN)/python benchmarks/routing.py

docs: $(VENV)/.dev
	$(BIN)/python scripts/make_rules_reference.py
	$(BIN)/python scripts/make_channels_reference.py
	$(BIN)/python scripts/make_schema.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "oms needs Python 3.11 or newer; $(PYTHON) is older. Name another one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "this Python has no venv module. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[print,dev]'
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) oms-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
