"""Addresses of moderation: what moderators work with, and what members see of it."""

from django.urls import path

from community.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("cases/<slug:public_id>/", views.case, name="case"),
    path("cases/<slug:public_id>/claim/", views.claim, name="claim"),
    path("cases/<slug:public_id>/decide/", views.decide, name="decide"),
    path("log/", views.log, name="log"),
    path("people/<slug:public_id>/", views.person, name="person"),
    path("people/<slug:public_id>/sanction/", views.sanction, name="sanction"),
    path("people/<slug:public_id>/trust/", views.trust, name="trust"),
    path("decisions/<slug:public_id>/lift/", views.lift, name="lift"),
    path("filter/", views.rules, name="rules"),
    path("filter/new/", views.rule, name="new_rule"),
    path("filter/<int:number>/", views.rule, name="rule"),
    path("filter/<int:number>/drop/", views.drop_rule, name="drop_rule"),
    path("report/<slug:kind>/<slug:public_id>/", views.report, name="report"),
    path("mine/", views.mine, name="mine"),
    path("waiting/<slug:public_id>/", views.waiting, name="waiting"),
    path("waiting/<slug:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("decisions/<slug:public_id>/", views.decision, name="decision"),
    path("appeal/<slug:kind>/<slug:public_id>/", views.appeal, name="appeal"),
]
