"""Tags written beside topics become rows of their own; following becomes watching; numbers of visible posts."""

from django.db import migrations
from django.db.models import Max, Q
from django.utils.text import slugify

from portal.core.text import clean_line, fold

LEVELS = {"muted": 0, "following": 4}


def slug_of(folded, taken):
    """An address for a tag of whatever letters; two that come out alike are told apart by a number."""
    base, number = slugify(folded)[:50].strip("-") or "tag", 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def carry_tags(apps):
    topic_model, tag_model = apps.get_model("community", "Topic"), apps.get_model("community", "Tag")
    tags = {tag.fold: tag for tag in tag_model.objects.all()}
    for topic in topic_model.objects.exclude(old_tags=[]).order_by("pk").iterator(500):
        names = [clean_line(name)[:30] for name in topic.old_tags or [] if isinstance(name, str)]
        rows = []
        for name in [name for name in names if len(name) > 1][:5]:
            folded = fold(name)[:60]
            if folded not in tags:
                slug = slug_of(folded, {tag.slug for tag in tags.values()})
                tags[folded] = tag_model.objects.create(
                    name=name, fold=folded, slug=slug, created_at=topic.created_at, created_by_id=topic.author_id
                )
            rows.append(tags[folded])
        topic.tags.set(rows)


def carry(apps, schema_editor):
    carry_tags(apps)
    watches = apps.get_model("community", "Watch").objects
    for old, new in LEVELS.items():
        watches.filter(old_level=old).update(level=new)
    topics = apps.get_model("community", "Topic").objects
    shown = topics.annotate(newest=Max("posts__number", filter=Q(posts__hidden_at=None))).filter(newest__gt=1)
    for pk, newest in list(shown.values_list("pk", "newest")):
        topics.filter(pk=pk).update(last_number=newest)


def carry_back(apps, schema_editor):
    for topic in apps.get_model("community", "Topic").objects.prefetch_related("tags").iterator(500):
        topic.old_tags = [tag.name for tag in topic.tags.all()]
        topic.save(update_fields=["old_tags"])
    watches = apps.get_model("community", "Watch").objects
    watches.filter(level=0).update(old_level="muted")
    watches.filter(level__gt=1).update(old_level="following")
    watches.filter(level=1).delete()


class Migration(migrations.Migration):
    dependencies = [("community", "0006_tags_follows_and_lists")]

    operations = [migrations.RunPython(carry, carry_back)]
