# Two commands: `make run` and `make test`. Each sets up what it needs, once.
VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= python3

.PHONY: run test lint format bench lock clean

run: $(VENV)/run.ok
	@DEBUG=$${DEBUG:-1} $(PY) manage.py dev

test: $(VENV)/test.ok
	@$(PY) -m tests.run $(ARGS)

lint: $(VENV)/test.ok
	@mkdir -p var
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	@DEBUG=1 DATABASE_URL=sqlite:///var/lint.sqlite3 $(PY) manage.py makemigrations --check --dry-run
	@$(PY) -m tests.content.quality

format: $(VENV)/test.ok
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

bench: $(VENV)/test.ok
	$(PY) bench/pages.py

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/run.in -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/test.in -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/bench.in -o requirements/bench.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/places.in -o requirements/places.txt

$(VENV)/run.ok: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another: make run PYTHON=python3.12")'
	@echo "Setting up (once): a virtual environment and the locked packages ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r $<
	@touch $@

$(VENV)/test.ok: requirements/test.txt $(VENV)/run.ok
	@echo "Setting up (once): the packages for tests ..."
	@$(PY) -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r $<
	@touch $@

clean:
	rm -rf $(VENV) staticfiles var .pytest_cache .ruff_cache .mypy_cache
