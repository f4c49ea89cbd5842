# Two commands: `make run` shows Baton with its demo shop, `make test` proves it.
# Both need Python 3.11 or newer and make, nothing else.

PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --require-hashes
# Four at the most: each starts real servers and browsers of its own.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 4 ] && echo 4 || echo $$n)

.DEFAULT_GOAL := help
.PHONY: help run test check browser screenshots lock clean

help: ## What can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/.installed ## Start Baton with the demo shop (PORT=8000)
	@exec $(BIN)/python manage.py up --demo --port $(PORT)

test: $(VENV)/.installed-dev check browser ## Static checks and every test, on real servers
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

check: $(VENV)/.installed-dev ## Static checks only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py state_diagram --check
	$(BIN)/python manage.py makemigrations --check --dry-run

browser: ## A Chromium for the browser tests, if none is there and we may install one
	@sh tests/find_browser.sh

screenshots: $(VENV)/.installed-dev browser ## Take the README's pictures anew, by the test of the whole journey
	SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest tests/test_journey.py tests/test_channel_journey.py

lock: ## Compile the locked requirements anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		requirements-dev.in -o requirements-dev.txt

clean: ## Remove the demo's data (stop Baton first)
	rm -rf .local

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Baton needs Python 3.11 or newer; $(PYTHON) is older. Say which to use: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.txt $(VENV)/.made
	@echo "Installing what Baton needs ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.made
	@echo "Installing what Baton and its tests need ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(VENV)/.installed
