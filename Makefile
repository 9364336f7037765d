# What a stranger needs: `make demo` shows T12, `make test` proves it. Both set up .venv from the hashed lock file.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo test bench lock clean

help:
	@echo "make demo                the bot in a local workspace, fed by a sample suite that is really run"
	@echo "make demo REPORTS=path   the same with your own JUnit reports, a file or a folder"
	@echo "make test                ruff, mypy, import-linter and every test"
	@echo "make bench               the figures of the benchmarks"
	@echo "make lock                write requirements.txt anew from pyproject.toml"
	@echo "make clean               remove the virtual environment and caches; the demo's history stays"

demo: $(READY)
	@$(BIN)/t12 demo $(if $(REPORTS),--reports "$(REPORTS)") $(if $(PORT),--port $(PORT)) $(ARGS)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "T12 needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv, once; this takes a minute."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# The build backend is locked too, so that the project itself is installed without asking an index. Hosts are left out:
# where packages come from is the reader's choice.
lock: $(READY)
	$(BIN)/python -m pip install --quiet pip-tools
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras \
		--extra test --extra demo --build-deps-for editable \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml
	sed -i.old -E '/^--(extra-)?index-url|^--find-links|^--trusted-host/d' requirements.txt && rm -f requirements.txt.old

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
