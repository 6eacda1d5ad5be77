# make crawl            install, crawl the built-in demo site into data/, show a first query
# make crawl SITE=URL   the same for a real site: its newest 200 articles; LIMIT= for all, LIMIT="--since 2026-11-01" …
# make test             linters, types, import contracts, tests
# make soak             long runs: kills, faults, many pages
# make docs             write the generated pages of docs/ again
# make accept CASE=slug write tests/pages/<slug>/expected.json again (all without CASE); read the difference

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DATA   ?= data
SITE   ?= demo
# a newcomer's first look at a real site ends by itself
LIMIT  ?= $(if $(filter demo,$(SITE)),,--max-articles 200)
# the last question of `make crawl`
QUERY  := SELECT site, section, count(*) AS articles, sum(n_words) AS words, sum(len(removed)) AS removed_blocks \
          FROM articles GROUP BY ALL ORDER BY site, articles DESC, section

.PHONY: crawl test lint types contracts unit soak docs accept clean

crawl: $(VENV)/.installed
	$(BIN)/newsmill crawl $(strip $(SITE) $(LIMIT)) --data $(DATA)
	@echo
	@echo '$$ newsmill sql "$(QUERY)"'
	@$(BIN)/newsmill sql "$(QUERY)" --data $(DATA)
	@echo
	@echo 'Next:  $(BIN)/newsmill sql --data $(DATA)                    a shell: try  SELECT kind, count(*) FROM removed GROUP BY kind;'
	@echo '       $(BIN)/newsmill export --as hf --to corpus --data $(DATA)   then  datasets.load_dataset("corpus")'
	@echo '       make crawl SITE=https://…                            a real site'

test: lint types contracts unit

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developing
	$(BIN)/mypy

contracts: $(VENV)/.developing
	$(BIN)/lint-imports

unit: $(VENV)/.developing
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak"

soak: $(VENV)/.developing
	$(BIN)/pytest -m soak

docs: $(VENV)/.developing
	$(BIN)/python -m newsclean.rules > docs/rules.md

accept: $(VENV)/.developing
	$(BIN)/python tests/newsclean/test_pages.py $(CASE)
	git diff --stat -- tests/pages

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade --constraint constraints.txt pip

$(VENV)/.installed: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --group dev
	@touch $@
