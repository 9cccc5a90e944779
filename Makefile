# Easel's commands. `make run` and `make test` work on a fresh machine: each makes or refreshes .venv first, and only
# when pyproject.toml or constraints.txt changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
GRADIO := .cache/gradio
TRAFFIC := .cache/traffic.jsonl
# `make run TORCH_INDEX=https://download.pytorch.org/whl/cpu` takes torch's CPU build instead of the CUDA one.
TORCH_INDEX ?=
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check -q --constraint constraints.txt \
	$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
PINS := pyproject.toml constraints.txt
# Licences that would bind Easel or its hosts. cuda-toolkit is NVIDIA's and names none in its metadata.
FORBIDDEN := GNU General Public License;GNU Affero;GPL-2;GPL-3;GPLv;AGPL;Non-Commercial;NonCommercial;CC-BY-NC;UNKNOWN

.PHONY: help run bot test test-long test-gpu soak check format docs bench screenshots strips clean

help:
	@echo "make run       the playground and the bot: no token, no GPU, no download of weights"
	@echo "make bot       the bot on real Discord, with DISCORD_TOKEN from .env"
	@echo "make test      the tests, some ten minutes; make test-long: the long ones, some fifty"
	@echo "make test-gpu  the tests that need a CUDA device"
	@echo "make soak      500 jobs of ten members while the bot is killed 200 times; half an hour"
	@echo "make check     format, lint, types, import rules, licences; make format: mend the format"
	@echo "make docs      the tables of docs/models.md, from the catalog"
	@echo "make bench     the figures of benchmarks/"
	@echo "make screenshots   the pictures of docs/images, taken anew; needs chromium"
	@echo "make strips    the rows of pictures that explain the options, painted anew"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Easel needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@# A venv without pip (Debian without python3-venv) must not count as made.
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.local: $(PINS) | $(BIN)/python
	@echo "Installing what Easel needs (torch is large; this happens once)…"
	$(PIP_INSTALL) --editable '.[local]'
	@touch $@

$(VENV)/.dev: $(PINS) | $(BIN)/python
	@echo "Installing what Easel and its tests need (torch is large; this happens once)…"
	$(PIP_INSTALL) --editable '.[local,dev]'
	@# hikari, the stranger that tests the playground: its metadata wants multidict 6, it works with ours.
	$(PIP_INSTALL) --no-deps hikari colorlog
	@touch $(VENV)/.local $@

run: $(VENV)/.local
	@exec $(BIN)/python -m playground $(if $(PORT),--port $(PORT))

bot: $(VENV)/.local
	@exec $(BIN)/python -m bot run

test: $(VENV)/.dev
	@# Two files at a time: most tests wait for other processes more than they reckon. In the order of folders: a folder
	@# shares what takes long to start, and the slowest folder comes first.
	@rm -f $(TRAFFIC)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not long and not gpu" \
		--traffic $(TRAFFIC) --ignore tests/wire
	@# What all of them said to Discord's stand-in.
	$(BIN)/python -m pytest -q --traffic $(TRAFFIC) tests/wire

test-long: $(VENV)/.dev
	$(BIN)/python -m pytest -m "long and not gpu"

test-gpu: $(VENV)/.dev
	$(BIN)/python -m pytest -m gpu

soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/pip-licenses --python=$(BIN)/python --from=mixed --partial-match --fail-on="$(FORBIDDEN)" \
		--ignore-packages cuda-toolkit easel > /dev/null

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Gradio, to compare with, has an environment of its own: its pins are not ours. torch and its field come from $(VENV).
$(GRADIO)/.made: pyproject.toml | $(VENV)/.dev
	@echo "Installing Gradio, to compare with (this happens once)…"
	rm -rf $(GRADIO)
	$(BIN)/python -m venv $(GRADIO)
	$(GRADIO)/bin/python -m pip install --disable-pip-version-check -q \
		"$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"])')"
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > \
		"$$($(GRADIO)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/easel-venv.pth"
	@touch $@

# `make bench BENCH="fairness memory"` takes some of them; BENCH=--resume goes on where one of today was broken off.
bench: $(VENV)/.dev $(GRADIO)/.made
	$(BIN)/python -m benchmarks $(BENCH)

docs: $(VENV)/.local
	$(BIN)/python -m generation.catalog.page

screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.end_to_end._screenshots

strips: $(VENV)/.dev
	$(BIN)/python -m tests.end_to_end._strips

clean:
	rm -rf $(VENV) easel.egg-info build
