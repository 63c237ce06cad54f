# Two commands do all the set-up: `make run` opens the app on a real plan, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLAN ?= plans/checkout.toml

.PHONY: run test faults bench bench-growth bench-peers check generated screenshots clean

run: $(VENV)/installed
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/rollout run $(PLAN) || [ $$? -eq 3 ]; \
	else $(BIN)/rollout rehearse --keep $(PLAN); fi # 3: left unfinished, to be resumed

test: $(VENV)/dev
	$(BIN)/pytest

faults: $(VENV)/dev
	$(BIN)/python tests/faults/table.py

bench: $(VENV)/dev
	$(BIN)/python tests/bench

bench-growth: $(VENV)/dev
	$(BIN)/python tests/bench/growth.py

bench-peers: $(VENV)/dev
	$(BIN)/python tests/bench/peers.py

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What lies in plans/ and is made from the package; a test holds it.
generated: $(VENV)/installed
	$(BIN)/rollout schema > plans/plan.schema.json
	(echo '#:schema ./plan.schema.json'; cat rollout_tui/plan/template.toml) > plans/template.toml

screenshots: $(VENV)/dev
	$(BIN)/python screenshots/take.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/installed
