# `make run`: the demo school on http://127.0.0.1:5000. `make test`: all tests. README.md says the rest.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
PIP := $(PYTHON) -m pip --disable-pip-version-check -qq install --require-hashes
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --strip-extras --generate-hashes \
	--allow-unsafe --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help run serve dev test walk fuzz fuzz-files bench lint types imports check-migrations format requirements translations clean

help:
	@echo "make run                the demo school on its own database"
	@echo "make serve              the school's own database"
	@echo "make test               all tests, those in a browser too"
	@echo "make walk               every page of every role in the browser, light and dark"
	@echo "make fuzz               stories of people trying everything, ten times as many as in make test; more formulas in lists"
	@echo "make fuzz-files         10,000 strange files a format into the importer; FUZZ_FILES=500 for fewer"
	@echo "make bench              20,000 students in, 120,000 rows out, bad files, a province scored; quarter of an hour"
	@echo "make lint types imports check-migrations    what .ci/run checks before the tests"
	@echo "make format             lay the code out anew"
	@echo "make requirements       pin requirements*.in anew; UPGRADE=1 takes newer versions"
	@echo "make translations       take new texts into translations/, compile"
	@echo "make clean              remove .venv and caches; databases stay"

run: $(VENV)/.installed
	@$(PYTHON) app.py --demo

serve: $(VENV)/.installed
	@$(PYTHON) app.py

dev: $(VENV)/.installed-dev

test: dev
	@$(PYTHON) -m tests.browser.chromium --install
	$(PYTHON) -m pytest -n auto
	@$(PYTHON) -m tests.browser.chromium
	@$(PYTHON) -m tests.documents.office

# Every page of every role, three widths, light and dark: by hand, about a quarter of an hour.
walk: dev
	FULL_WALK=1 $(PYTHON) -m pytest tests/browser -n 2

# What must always hold, whatever people try: some five minutes.
fuzz: dev
	FUZZ=10 $(PYTHON) -m pytest tests/school/services/test_fuzz.py tests/school/imports/test_round_trip.py \
		tests/admin_views/test_exports.py

# Whatever stands in a file, and whatever damage it has: by hand, about half an hour.
fuzz-files: dev
	FUZZ_FILES=$(or $(FUZZ_FILES),10000) $(PYTHON) -m pytest -s tests/school/imports/test_fuzz_files.py

# On a machine with nothing else to do. It fails above the targets, which is why no test runs it.
bench: dev
	$(PYTHON) -m tests.bench

lint: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports

# A scratch instance, whatever DODAU_* says: a new database must come out as the models describe it.
check-migrations: dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && unset DODAU_DATABASE_URL && \
	export DODAU_INSTANCE_PATH="$$folder" && \
	$(BIN)/flask --app app db upgrade && $(BIN)/flask --app app db check

format: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

requirements: dev
	$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements.txt requirements.in
	$(COMPILE) $(if $(UPGRADE),--upgrade) --output-file requirements-dev.txt requirements-dev.in

translations: dev
	$(PYTHON) translations/update.py

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The first Python 3.11 or later that can make a virtual environment.
$(PYTHON):
	@for name in python3 python3.13 python3.12 python3.11 python; do \
		if $$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making $(VENV) with $$($$name --version)"; exec $$name -m venv $(VENV); \
		fi; \
	done; \
	echo "This needs Python 3.11 or later with its venv module (Debian: apt install python3 python3-venv)." >&2; exit 1

$(VENV)/.installed: requirements.txt | $(PYTHON)
	@echo "Installing what requirements.txt pins ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what requirements-dev.txt pins ..."
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@
