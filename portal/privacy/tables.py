"""Tables of Wagtail that point at members, and why none of them is a data type of its own.

Only people who work in the house have rows there: what they did to the brand's pages stays traceable. After erasure
these rows point at a member without a name.
"""

from portal.core.personal_data import excuse

EDITORS = "work of editors on the brand's pages; stays traceable, and the row it points at has no name after erasure"
TABLES = (
    "wagtail_localize.SegmentOverride", "wagtail_localize.StringTranslation", "wagtailadmin.EditingSession",
    "wagtailadmin.FormState", "wagtailcore.APIToken", "wagtailcore.Comment", "wagtailcore.CommentReply",
    "wagtailcore.ModelLogEntry", "wagtailcore.Page", "wagtailcore.PageLogEntry", "wagtailcore.PageSubscription",
    "wagtailcore.Revision", "wagtailcore.TaskState", "wagtailcore.UploadedFile", "wagtailcore.WorkflowState",
    "wagtaildocs.Document", "wagtailimages.Image", "wagtailusers.UserProfile",
)  # fmt: skip

for _table in TABLES:
    excuse(_table, EDITORS)
