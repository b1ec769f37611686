# The commands of the house. Everything is installed into .venv; nothing else on the machine is touched.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo month year test run check docs bench contracts clean fuzz many live-release crashes storm translations

help: ## show this help
	@while IFS= read -r line; do case "$$line" in [a-z]*:*'## '*) printf '  make %-12s %s\n' "$${line%%:*}" "$${line##*## }";; esac; done < Makefile

setup: .venv/.done ## only the set-up, into .venv

.venv/.done: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Lamplighter needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt '.[dev]'
	@touch .venv/.done

demo: .venv/.done ## set up and play the main job, end to end, on the sandbox
	$(BIN)/python -m sandbox.demo

month: .venv/.done ## play a month of a busy repository in a minute or two, as a timeline
	$(BIN)/python -m tests.journeys.month

year: .venv/.done ## play a year of a program, and compare its reports with what was counted by hand
	$(BIN)/python -m tests.journeys.year

test: .venv/.done ## set up and pass the tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

run: .venv/.done ## run it for real on the embedded defaults
	$(BIN)/python app.py

check: .venv/.done ## lint, types, architecture, committed secrets, known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# What is missing in a language is said in English; only what is wrong there fails.
	$(BIN)/python -m tests.translations --check
	@# Verifying a find would send it to whoever it may belong to. LAMPLIGHTER_AUDIT=offline: no way to such a service from here.
	git ls-files -z --cached --others --exclude-standard | xargs -0 $(BIN)/detect-secrets-hook --no-verify --baseline .secrets.baseline
	$(BIN)/python -m tests.security.audit constraints.txt

translations: .venv/.done ## bring the catalogues of other languages up to date (templates/translations)
	$(BIN)/python -m tests.translations

docs: .venv/.done ## the documentation as a site, in build/docs
	@rm -rf build/docs
	$(BIN)/python -m sphinx --fresh-env --fail-on-warning --keep-going --nitpicky --quiet -c docs -d build/doctrees . build/docs
	@echo "Open build/docs/index.html, or put build/docs on any web server."

contracts: .venv/.done ## fetch GitHub's published descriptions for the contract tests (needs npm)
	$(BIN)/python -m tests.contracts.fetch

fuzz: .venv/.done ## a hundred thousand broken webhooks at the real processes (needs `make contracts`)
	$(BIN)/python -m tests.faults.fuzz

many: .venv/.done ## many people, servers, workers and clocks on few threads at once
	$(BIN)/python -m tests.faults.many

live-release: .venv/.done ## migrate a database under load, from the version of another commit
	$(BIN)/python -m tests.faults.live_release

crashes: .venv/.done ## kill the real processes 200 times and more, and look what is lost or done twice
	$(BIN)/python -m tests.faults.crashes

storm: .venv/.done ## 5,000 first pull requests against a GitHub that limits, by a clock that runs fast
	$(BIN)/python -m tests.faults.storm

bench: .venv/.done ## the benchmarks
	$(BIN)/python -m tests.bench

clean: ## remove the environment, the data and what was built
	rm -rf .venv var build
