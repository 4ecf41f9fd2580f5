"""All tables of the brand's voice, gathered for Django."""

from brand.help.models import HelpAnswer, HelpGroupPage, HelpIndexPage, HelpPage, HelpRelated, LegalPage
from brand.identity.models import Identity
from brand.pages.models import (
    ArchitecturePage,
    HomePage,
    IdentityPage,
    PromisePage,
    SubBrandPage,
    ValuesPage,
    VoicePage,
)
from brand.stories.models import StoryIndexPage, StoryPage, StoryReading
from brand.writing.approval import FourEyesTask
from brand.writing.models import PageWords

__all__ = [
    "ArchitecturePage",
    "FourEyesTask",
    "HelpAnswer",
    "HelpGroupPage",
    "HelpIndexPage",
    "HelpPage",
    "HelpRelated",
    "HomePage",
    "Identity",
    "IdentityPage",
    "LegalPage",
    "PageWords",
    "PromisePage",
    "StoryIndexPage",
    "StoryPage",
    "StoryReading",
    "SubBrandPage",
    "ValuesPage",
    "VoicePage",
]
