# Short names for run.py and the tools inside .venv.
.PHONY: demo setup test lint fix check seed bench shots audit locks

demo setup test bench shots audit:
	python3 run.py $@

lint:
	.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/djlint templates --lint --quiet && .venv/bin/lint-imports

fix:
	.venv/bin/ruff check --fix . && .venv/bin/ruff format .

check:
	DJANGO_SETTINGS_MODULE=portal.settings.test .venv/bin/python manage.py check --fail-level WARNING

seed:
	DJANGO_SETTINGS_MODULE=portal.settings.dev .venv/bin/python manage.py load_demo

# After a change of the dependencies in pyproject.toml.
LOCK = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header
locks:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --group dev -o requirements-dev.lock
	$(LOCK) --group node -o requirements-node.lock
	$(LOCK) --group installer -o requirements-installer.lock
