"""Make the floor's tables and fill them: `python -m tests.bench.floor.fill TOPICS POSTS`."""

import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402  (Django must be set up before models are imported)
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench.floor.models import Author, Post, Topic  # noqa: E402
from tests.bench.words import body_html, title  # noqa: E402


def main(topics: int, posts: int) -> None:
    """As many rows as the house has, with the same words."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    authors = Author.objects.bulk_create([Author(name=f"Người thứ {number}") for number in range(200)])
    made = Topic.objects.bulk_create([Topic(title=title(number), reply_count=20) for number in range(topics)])
    at = timezone.now() - timedelta(days=30)
    Post.objects.bulk_create(
        [
            Post(
                topic=made[number % topics],
                author=authors[number % 200],
                html=body_html(number),
                created_at=at + timedelta(seconds=number),
            )
            for number in range(posts)
        ],
        batch_size=1000,
    )
    lay_index()


def lay_index() -> None:
    """The database's own full text over the posts, with nothing of ours."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            vector = "to_tsvector('simple', html)"
            cursor.execute(f"CREATE INDEX floor_words ON floor_post USING gin ({vector})")
            return
        cursor.execute("CREATE VIRTUAL TABLE floor_words USING fts5(html, content='floor_post', content_rowid='id')")
        cursor.execute("INSERT INTO floor_words(floor_words) VALUES ('rebuild')")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
