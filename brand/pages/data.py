"""What the brand's pages know about a member: nothing but who edited them."""

from portal.core.personal_data import excuse

PAGES = (
    "HomePage", "IdentityPage", "PromisePage", "ValuesPage", "VoicePage", "ArchitecturePage", "SubBrandPage",
)  # fmt: skip
for _page in PAGES:
    excuse(f"brand.{_page}", "pages of the brand; their editor is named as staff, and the page is not about her")
