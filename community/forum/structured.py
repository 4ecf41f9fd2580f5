"""A topic as search engines read it. Only what a visitor sees: hidden words and those who left have no name here."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from community import markup
from community.forum.models import Post, Space, Topic
from portal.accounts.models import Member
from portal.ui.seo import absolute, breadcrumb_list

OPENING, ANSWER = 1_500, 600


def trail(space: Space, topic: Topic | None = None) -> dict[str, Any]:
    """Community, space, topic: the way the page shows."""
    steps = [(_("Community"), reverse("community:index")), (space.text.name, space.get_absolute_url())]
    return breadcrumb_list([*steps, (topic.title, topic.get_absolute_url())] if topic else steps)


def discussion(topic: Topic, opening: Post | None, posts: Iterable[Post]) -> dict[str, Any]:
    """The talk with the answers of one page. Every page repeats the opening, under the address of the first."""
    url = absolute(topic.get_absolute_url())
    data = {
        "@type": "DiscussionForumPosting",
        "headline": topic.title,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": topic.language or settings.LANGUAGE_CODE,
        "datePublished": topic.created_at.isoformat(timespec="seconds"),
        "author": _author(topic.author),
        "interactionStatistic": [
            _count("CommentAction", topic.reply_count),
            _count("LikeAction", sum((opening.reactions or {}).values()) if opening else 0),
        ],
        "comment": [_comment(post) for post in posts if not post.is_first and post.hidden_at is None and post.html],
    }
    if opening is not None and opening.hidden_at is None and opening.html:
        data["text"] = markup.excerpt(opening.html, OPENING)
        if opening.edited_at:
            data["dateModified"] = opening.edited_at.isoformat(timespec="seconds")
    return data


def solved(topic: Topic, opening: Post | None, answer: Post, posts: Iterable[Post]) -> dict[str, Any]:
    """A question with its accepted answer, as search engines show it. Every page of the topic says the same question;
    the other answers are those of the page."""
    others = [post for post in posts if not post.is_first and post.hidden_at is None and post.html]
    question = {
        "@type": "Question",
        "name": topic.title,
        "text": markup.excerpt(opening.html, OPENING) if opening is not None and opening.html else topic.title,
        "url": absolute(topic.get_absolute_url()),
        "inLanguage": topic.language or settings.LANGUAGE_CODE,
        "dateCreated": topic.created_at.isoformat(timespec="seconds"),
        "author": _author(topic.author),
        "answerCount": topic.reply_count,
        "upvoteCount": sum((opening.reactions or {}).values()) if opening is not None else 0,
        "acceptedAnswer": _answer(answer),
        "suggestedAnswer": [_answer(post) for post in others if post.pk != answer.pk],
    }
    return {"@type": "QAPage", "mainEntity": question}


def _answer(post: Post) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "url": absolute(post.get_absolute_url()),
        "dateCreated": post.created_at.isoformat(timespec="seconds"),
        "author": _author(post.author),
        "text": markup.excerpt(post.html, ANSWER),
        "upvoteCount": sum((post.reactions or {}).values()),
    }


def _comment(post: Post) -> dict[str, Any]:
    return {
        "@type": "Comment",
        "url": absolute(post.get_absolute_url()),
        "datePublished": post.created_at.isoformat(timespec="seconds"),
        "author": _author(post.author),
        "text": markup.excerpt(post.html, ANSWER),
    }


def _author(member: Member) -> dict[str, str]:
    name = member.standing.name if member.is_active else _("Someone who has left")
    return {"@type": "Person", "name": name}


def _count(act: str, number: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{act}",
        "userInteractionCount": number,
    }
