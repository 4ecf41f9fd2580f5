"""The test database keeps what migrations wrote, whatever a test commits or deletes; threads really race."""

import json
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from tests.helpers import databases
from tests.helpers.events import committed
from tests.helpers.queries import assert_num_queries_constant
from tests.helpers.races import run_parallel

pytestmark = pytest.mark.both_databases


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_wipe_is_gone_in_the_next_test(turn):
    assert ContentType.objects.count() > 20
    ContentType.objects.create(app_label="tests", model="left-behind")
    ContentType.objects.filter(app_label="sessions").delete()


@pytest.mark.django_db(transaction=True)
def test_threads_race_on_connections_of_their_own():
    ContentType.objects.create(app_label="race", model="counter")

    def rename(number):
        with transaction.atomic():
            row = ContentType.objects.select_for_update().get(app_label="race")
            row.model += "+"
            row.save(update_fields=["model"])
        return id(connection.connection)

    race = run_parallel(rename, 8)
    assert race.errors == {}
    assert len(race.values) == 8
    assert ContentType.objects.get(app_label="race").model == "counter" + "+" * 8


@pytest.mark.django_db
def test_committed_runs_what_waits_for_the_commit():
    seen = []
    with committed() as callbacks:
        transaction.on_commit(lambda: seen.append("now"))
        assert seen == []
    assert seen == ["now"]
    assert len(callbacks) == 1


@pytest.mark.django_db
def test_query_count_helper_tells_one_per_row_from_one_for_all():
    def grow():
        ContentType.objects.create(app_label="many", model="b")

    ContentType.objects.create(app_label="many", model="a")
    good = assert_num_queries_constant(lambda: list(ContentType.objects.filter(app_label="many")), grow, expected=1)
    assert good == 1

    def one_per_row():
        for row in list(ContentType.objects.filter(app_label="many")):
            ContentType.objects.filter(pk=row.pk).exists()

    ContentType.objects.filter(app_label="many", model="b").delete()
    with pytest.raises(AssertionError, match="queries became"):
        assert_num_queries_constant(one_per_row, grow)


def kept(folder: Path, parts: dict[str, str]) -> Path:
    template = folder / f"template-{databases.schema_name(parts)}.sqlite3"
    template.touch()
    template.with_suffix(".json").write_text(json.dumps(parts))
    return template


def test_a_template_is_brought_forward_only_from_migrations_that_still_stand(monkeypatch, tmp_path):
    monkeypatch.setattr(databases, "TEMPLATES", tmp_path)
    first = {"packages": "1", "portal/0001.py": "a"}
    second = first | {"portal/0002.py": "b"}
    kept(tmp_path, first)
    near = kept(tmp_path, second)
    assert databases.nearest(second | {"portal/0003.py": "c"}) == near
    assert databases.nearest(first | {"portal/0002.py": "rewritten"}) == kept(tmp_path, first)
    assert databases.nearest({"packages": "1", "portal/0001.py": "rewritten"}) is None
    assert databases.nearest(second | {"packages": "2"}) is None
    assert databases.nearest({"packages": "1"}) is None, "a migration that is gone was already run there"
