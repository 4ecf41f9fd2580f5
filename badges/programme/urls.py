"""Addresses of the programme's desk, below the workshop's own. Wagtail lets in only who may enter there."""

from django.urls import path

from badges.programme.views import backtests, corrections, desk, drafts, segments, waiting

urlpatterns = [
    path("programme/", desk.home, name="programme_home"),
    path("programme/medal.svg", desk.medal, name="programme_medal"),
    path("programme/segments/", segments.listing, name="programme_segments"),
    path("programme/segments/<slug:code>/", segments.page, name="programme_segment"),
    path("programme/segments/<slug:code>/write/", segments.write, name="programme_segment_write"),
    path("programme/waiting/", waiting.listing, name="programme_waiting"),
    path("programme/waiting/decide/", waiting.decide, name="programme_decide_waiting"),
    path("programme/waiting/ring/", waiting.decide_ring, name="programme_decide_ring"),
    path("programme/corrections/", corrections.listing, name="programme_corrections"),
    path("programme/corrections/<slug:public_id>/", corrections.decide, name="programme_correction"),
    path("programme/overrides/<slug:override_id>/", corrections.override, name="programme_override"),
    path("programme/drafts/<int:draft_id>/", drafts.draft_page, name="programme_draft"),
    path("programme/drafts/<int:draft_id>/step/", drafts.step, name="programme_step"),
    path("programme/drafts/<int:draft_id>/backtests/", backtests.listing, name="programme_backtests"),
    path("programme/drafts/<int:draft_id>/backtests/<int:backtest_id>/", backtests.page, name="programme_backtest"),
    path(
        "programme/drafts/<int:draft_id>/backtests/<int:backtest_id>/progress/",
        backtests.progress,
        name="programme_backtest_progress",
    ),
    path(
        "programme/drafts/<int:draft_id>/backtests/<int:backtest_id>/stop/",
        backtests.stop,
        name="programme_backtest_stop",
    ),
    path(
        "programme/drafts/<int:draft_id>/backtests/<int:backtest_id>/members.csv",
        backtests.members,
        name="programme_backtest_members",
    ),
    path("programme/<slug:place>/", desk.listing, name="programme_list"),
    path("programme/<slug:place>/<slug:code>/", desk.subject, name="programme_subject"),
    path("programme/<slug:place>/<slug:code>/change/", drafts.begin, name="programme_begin"),
]
