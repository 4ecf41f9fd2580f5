"""`manage.py rebuild_search`: writes the words of posts, pages and names anew, from what stands in the tables."""

from typing import Any

from django.core.management.base import BaseCommand

from brand import api as brand
from community import api as community
from portal.accounts import index as names


class Command(BaseCommand):
    """Needed after an upgrade that brought the index or changed what is folded; harmless at any time."""

    help = "Writes the index of the search anew. The house may stay open."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {"posts": community.rebuild_words(), "pages": brand.rebuild_words(), "members": names.rebuild()}
        self.stdout.write(", ".join(f"{number} {what}" for what, number in counts.items()))
