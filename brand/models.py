"""All tables of the brand's voice, gathered for Django."""

from brand.identity.models import BrandIdentity
from brand.stories.models import HomePage, StoryIndexPage, StoryPage, StoryReading

__all__ = ["BrandIdentity", "HomePage", "StoryIndexPage", "StoryPage", "StoryReading"]
