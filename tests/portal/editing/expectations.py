"""Who may come through each door of the workshop. A route that is not here fails the walk.

The things that addresses name lie outside the section that the section's editor keeps, and the page waits for another
reader; so "section" stands only where a list or a form of her own opens.
"""

from __future__ import annotations

ROLES = ("admin", "brand", "section", "approver", "moderator", "analyst", "store", "care", "member", "anonymous")
EVERYBODY = frozenset(ROLES)
WORKSHOP = frozenset(ROLES[:6])
ADMIN = frozenset({"admin"})
BRAND = frozenset({"admin", "brand"})
EDITORS = frozenset({"admin", "brand", "section"})
# The page at hand was handed in by the brand's manager: she reads it, and its approver too.
READERS = frozenset({"admin", "brand", "approver"})
LOOKING_UP = frozenset({"admin", "brand", "section", "approver"})
DECIDERS = frozenset({"admin", "approver"})
NOBODY: frozenset[str] = frozenset()


def _each(who: frozenset[str], prefix: str, names: str) -> dict[str, frozenset[str]]:
    return {f"{prefix}{name}": who for name in names.split()}


DOORS: dict[str, frozenset[str]] = {
    # the desk itself
    **_each(EVERYBODY, "", "admin_door wagtailadmin_login wagtailadmin_sprite wagtailadmin_javascript_catalog"),
    **_each(WORKSHOP, "wagtailadmin_", "home account dismissibles tag_autocomplete tag_model_autocomplete"),
    **_each(WORKSHOP, "", "wagtail_localize:javascript_catalog"),
    **_each(ADMIN, "", "desk_deliveries"),
    # who enters which space of the forum
    **_each(BRAND, "", "forum_spaces forum_space_new forum_space"),
    # which rooms there are to talk in (moderators by their role keep them too: test_rooms_desk.py of the chat)
    **_each(BRAND, "", "chat_rooms chat_room_new chat_room"),
    # rooms that are not there; the first shows how that looks
    **_each(WORKSHOP, "", "?admin/test404/"),
    **_each(NOBODY, "", "?admin/^.*/$ wagtailadmin_error_test"),
    **_each(NOBODY, "wagtailadmin_", "password_reset password_reset_done password_reset_confirm"),
    **_each(NOBODY, "wagtailadmin_", "password_reset_complete"),
    # pages
    **_each(EDITORS, "wagtailadmin_", "explore_root explore explore_results"),
    **_each(EDITORS, "wagtailadmin_pages:", "type_use type_use_results search search_results"),
    **_each(READERS, "wagtailadmin_pages:", "edit view_draft copy revisions_revert workflow_history"),
    **_each(READERS, "wagtailadmin_pages:", "workflow_history_detail confirm_workflow_cancellation"),
    **_each(BRAND, "wagtailadmin_pages:", "add preview_on_add usage delete move move_confirm set_privacy"),
    **_each(BRAND, "wagtailadmin_pages:", "add_subpage preview_on_edit revisions_view revisions_unschedule"),
    **_each(BRAND, "wagtailadmin_pages:", "revisions_compare history history_results set_page_position unlock"),
    **_each(BRAND, "wagtailadmin_pages:", "convert_alias"),
    # leads to the history, which asks
    **_each(WORKSHOP, "wagtailadmin_pages:", "revisions_index"),
    # she handed it in: until it is read she may neither lock it nor take it down
    **_each(READERS, "wagtailadmin_pages:", "lock"),
    **_each(ADMIN, "wagtailadmin_pages:", "unpublish"),
    **_each(DECIDERS, "wagtailadmin_pages:", "workflow_action collect_workflow_action_data workflow_preview"),
    **_each(BRAND, "", "wagtail_bulk_action"),
    # the programme: who writes it and who decides it
    **_each(BRAND | DECIDERS, "programme_", "home list subject draft medal corrections step correction override"),
    **_each(BRAND | DECIDERS, "programme_", "segments segment"),
    **_each(BRAND | DECIDERS, "programme_", "backtests backtest backtest_progress backtest_stop backtest_members"),
    **_each(BRAND, "programme_", "begin segment_write"),
    # points that wait: moderators look, who writes the programme decides
    **_each(BRAND | DECIDERS | {"moderator"}, "programme_", "waiting decide_waiting decide_ring"),
    # keys of outside systems
    **_each(BRAND, "api_", "keys key_make key_rotate key_revoke late_events late_decide"),
    # looking up
    **_each(LOOKING_UP, "wagtailadmin_", "choose_page choose_page_child choose_page_search"),
    **_each(LOOKING_UP, "wagtailadmin_", "choose_page_chosen_multiple choose_page_external_link"),
    **_each(LOOKING_UP, "wagtailadmin_", "choose_page_email_link choose_page_phone_link choose_page_anchor_link"),
    **_each(LOOKING_UP, "wagtailadmin_", "pages:choose_parent api:pages:listing api:pages:find"),
    **_each(LOOKING_UP, "wagtailembeds:", "chooser chooser_upload"),
    **_each(BRAND, "wagtailadmin_api:pages:", "detail"),
    **_each(ADMIN, "wagtailadmin_api:pages:", "action"),
    **_each(WORKSHOP, "wagtailadmin_", "block_preview editing_sessions:release"),
    **_each(READERS, "wagtailadmin_editing_sessions:", "ping"),
    # reports
    **_each(EDITORS, "wagtailadmin_reports:", "locked_pages locked_pages_results workflow workflow_results"),
    **_each(EDITORS, "wagtailadmin_reports:", "workflow_tasks workflow_tasks_results aging_pages aging_pages_results"),
    **_each(BRAND, "wagtailadmin_reports:", "page_types_usage page_types_usage_results"),
    **_each(ADMIN, "wagtailadmin_reports:", "site_history site_history_results"),
    # translations
    **_each(BRAND, "wagtail_localize:", "submit_page_translation update_translations translations_report"),
    **_each(BRAND, "wagtail_localize:", "translations_report_results edit_string_translation edit_override"),
    **_each(BRAND, "wagtail_localize:", "download_pofile upload_pofile machine_translate preview_translation"),
    **_each(BRAND, "wagtail_localize:", "stop_translation convert_to_alias"),
    **_each(NOBODY, "wagtail_localize:", "submit_snippet_translation snippets_api_listing snippets_api_detail"),
    # pictures and documents
    **_each(EDITORS, "wagtailadmin_api:", "documents:listing documents:detail images:listing"),
    **_each(LOOKING_UP, "wagtailadmin_api:", "images:detail"),
    **_each(EDITORS, "wagtailadmin_api:", "documents:find images:find"),
    **_each(EDITORS, "wagtaildocs:", "index index_results add add_multiple"),
    **_each(EDITORS, "wagtailimages:", "index index_results add add_multiple"),
    **_each(EDITORS, "wagtaildocs_chooser:", "choose choose_results chosen chosen_multiple create"),
    **_each(EDITORS, "wagtailimages_chooser:", "choose choose_results chosen chosen_multiple create select_format"),
    **_each(BRAND, "wagtaildocs:", "edit delete document_usage edit_multiple delete_multiple"),
    **_each(BRAND, "wagtailimages:", "edit delete image_usage preview edit_multiple delete_multiple"),
    **_each(NOBODY, "wagtailimages:", "url_generator url_generator_output"),
    # an upload of one's own that is not there
    **_each(EDITORS, "wagtaildocs:", "create_multiple_from_uploaded_document delete_upload_multiple"),
    **_each(EDITORS, "wagtailimages:", "create_multiple_from_uploaded_image delete_upload_multiple"),
    **_each(ADMIN, "wagtailadmin_collections:", "index add edit delete set_privacy"),
    # what is set once for everybody
    **_each(NOBODY, "wagtailsettings:", "edit preview_on_edit"),
    **_each(EDITORS, "wagtailforms:", "index index_results"),
    **_each(NOBODY, "wagtailforms:", "list_submissions list_submissions_results delete_submissions"),
    # looks have a place of their own in the menu; there is nothing else to list
    **_each(NOBODY, "wagtailsnippets:", "index"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "list list_results add edit history history_results usage"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "preview_on_add preview_on_edit lock unlock unpublish"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "revisions_compare revisions_revert revisions_unschedule"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "revisions_view workflow_history workflow_history_detail"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "workflow_action collect_workflow_action_data"),
    **_each(BRAND, "wagtailsnippets_brand_identity:", "workflow_preview confirm_workflow_cancellation"),
    **_each(ADMIN, "wagtailsnippets_brand_identity:", "delete"),
    **_each(BRAND, "wagtailsnippetchoosers_brand_identity:", "choose choose_results chosen chosen_multiple create"),
    **_each(EDITORS, "", "help_report help_report_results"),
    **_each(ADMIN, "wagtailredirects:", "index index_results add edit delete start_import process_import"),
    **_each(ADMIN, "wagtailadmin_workflows:", "index index_results add enable disable edit usage usage_results remove"),
    **_each(ADMIN, "wagtailadmin_workflows:", "add_task select_task_type task_index task_index_results edit_task"),
    **_each(ADMIN, "wagtailadmin_workflows:", "disable_task enable_task task_chooser task_chooser_results"),
    **_each(ADMIN, "wagtailadmin_workflows:", "task_chooser_create task_chosen"),
    **_each(ADMIN, "wagtaillocales:", "index index_results add edit delete history history_results usage copy"),
    **_each(ADMIN, "wagtailsites:", "index index_results add edit delete history history_results usage copy"),
    **_each(ADMIN, "wagtailusers_users:", "index index_results edit delete history history_results usage"),
    # people join by themselves
    **_each(NOBODY, "wagtailusers_users:", "add"),
    **_each(ADMIN, "wagtailusers_groups:", "index index_results add edit delete history history_results usage"),
}

# Asked apart: a visit ends the session (see test_the_way_out).
APART = {"admin_way_out", "wagtailadmin_logout"}
