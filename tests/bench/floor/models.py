"""Who wrote what where, and nothing else."""

from django.db import models


class Author(models.Model):
    """A name."""

    name = models.CharField(max_length=80)

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A title and a count."""

    title = models.CharField(max_length=200)
    reply_count = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.title


class Post(models.Model):
    """Words that were rendered when they were written."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    html = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return f"{self.topic_id}/{self.pk}"
