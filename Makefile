# From a bare machine to finished reports: Python >= 3.11 with pip, git and make are enough.
#
#   make run  [ARGS="--study ssi_hygiene"]   make every report that is out of date
#   make test [ARGS="-k codebook"]           run the tests
#   make lint                                style, format, types, layers
#   make lab                                 start JupyterLab
#   make lock [ARGS="--upgrade"]             lock again, after a change of pyproject.toml
#   make clean                               remove what `make run` made (never data/raw)
#
# PYTHON=/path/to/python names another Python. Written for GNU make 3.81 (macOS) and newer; every path is
# relative, so the name of the checkout may have spaces.

PYTHON ?= python3
UV_VERSION := 0.13.9

BIN := .venv/bin
SYNCED := .venv/.synced

.PHONY: run test lint lab lock clean
.DEFAULT_GOAL := run

run: $(SYNCED)
	@$(BIN)/python run_all.py $(ARGS)

test: $(SYNCED)
	@$(BIN)/python -m pytest $(ARGS)

lint: $(SYNCED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(SYNCED)
	@$(BIN)/jupyter-lab $(ARGS)

# Shell that leaves the Python to use in $python and uv in $uv.
# - uv is given the path of the user's Python: by the name "python3" it would choose any Python 3 that it knows.
# - A uv on PATH serves only at the pinned version. Otherwise pip puts that version in .uv: --target needs neither
#   ensurepip nor a virtual environment, and PEP 668 (an externally managed Python) does not forbid it.
# - uv trusts the certificates of the system, as pip does; by itself it knows only those it ships.
define with_uv
set -e; \
python=$$("$(PYTHON)" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)') || \
  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
uv=uv; \
if [ "$$($$uv --version 2>/dev/null | cut -d ' ' -f 2)" != "$(UV_VERSION)" ]; then uv=.uv/bin/uv; fi; \
if [ "$$($$uv --version 2>/dev/null | cut -d ' ' -f 2)" != "$(UV_VERSION)" ]; then \
  echo "Fetching uv $(UV_VERSION) into .uv"; \
  rm -rf .uv; \
  "$$python" -m pip install --quiet --no-input --disable-pip-version-check --target .uv "uv==$(UV_VERSION)" || \
    { rm -rf .uv; echo "pip did not fetch uv (Debian has pip in the package python3-pip)" >&2; exit 1; }; \
fi; \
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=.venv
endef

# The stamp is written last, so an interrupted sync is taken up again.
$(SYNCED): pyproject.toml uv.lock
	@$(with_uv); \
	echo "Making the locked environment in .venv"; \
	$$uv sync --quiet --frozen --python "$$python"; \
	touch $(SYNCED)

lock:
	@$(with_uv); \
	$$uv lock --python "$$python" $(ARGS); \
	{ echo "# Made from uv.lock by 'make lock', for pip and conda. Do not edit."; \
	  $$uv export --quiet --frozen --no-dev --no-hashes --no-emit-project --no-annotate --no-header; \
	} > requirements.lock.new; \
	mv requirements.lock.new requirements.lock

clean:
	rm -rf reports logs .state .doit* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find data/processed figures -mindepth 1 ! -name .gitkeep -delete
