# Two commands do all the set-up: `make run` opens the app on a real plan, `make test` passes the tests.
# `make quick` answers in 20 s: every room but the screen, a terminal, faults and bombs, and nothing drawn at random.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLAN ?= plans/checkout.toml

QUICK := $(filter-out %/__pycache__ %/bench %/end_to_end %/faults %/tables.py %/tui %/untrusted,$(wildcard tests/*))

.PHONY: run test quick faults bench bench-growth bench-peers check generated screenshots clean

run: $(VENV)/installed
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/rollout run $(PLAN) || [ $$? -eq 3 ]; \
	else $(BIN)/rollout rehearse --keep $(PLAN); fi # 3: left unfinished, to be resumed

test: $(VENV)/dev
	$(BIN)/pytest

quick: $(VENV)/dev
	$(BIN)/pytest -m "not slow and not hypothesis and not long" $(QUICK) tests/tui/test_tui_home.py

faults: $(VENV)/dev
	TRY_ALL=1 $(BIN)/pytest -m "long or hypothesis or slow"
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
	$(BIN)/lint-imports --no-logo

# What is made from the package and kept as text: a test holds each.
generated: $(VENV)/dev
	$(BIN)/python -m tests.tables
	$(BIN)/rollout schema > plans/plan.schema.json
	(echo '#:schema ./plan.schema.json'; cat rollout_tui/plan/template.toml) > plans/template.toml

screenshots: $(VENV)/dev
	$(BIN)/python screenshots/take.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

# Exactly these versions, so that neither a check nor a picture changes with somebody else's release.
$(VENV)/dev: pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[dev]' --constraint .ci/constraints.txt
	touch $@ $(VENV)/installed
