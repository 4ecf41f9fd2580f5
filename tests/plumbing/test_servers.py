"""The throwaway servers start, answer, and (Redis) survive a kill."""

import psycopg
import pytest
import redis


@pytest.mark.postgres
def test_postgres_answers_with_its_own_durability(postgres_url):
    with psycopg.connect(postgres_url) as raw:
        assert raw.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert raw.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.redis
def test_redis_comes_back_after_a_kill(redis_server):
    assert redis.Redis.from_url(redis_server.url).ping()
    redis_server.kill()
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(redis_server.url).ping()
    redis_server.start()
    assert redis.Redis.from_url(redis_server.url).ping()
