"""Addresses of this room. Fixed words stand before the codes of rooms, which never equal them (`free_code`)."""

from django.urls import path

from community.chat.views import conversations, rooms, talking, threads

app_name = "chat"
MESSAGE = "<slug:code>/messages/<slug:public_id>/"
THREAD = "<slug:code>/threads/<slug:public_id>/"
urlpatterns = [
    path("", rooms.index, name="index"),
    path("rail/", rooms.rail, name="rail"),
    path("new/", rooms.new_room, name="new_room"),
    path("threads/", threads.following, name="threads"),
    path("conversations/", conversations.conversations, name="conversations"),
    path("conversations/new/", conversations.begin, name="begin"),
    path("conversations/people/", conversations.suggest, name="suggest"),
    path("pictures/<slug:public_id>/", talking.picture, name="picture"),
    path("<slug:code>/", rooms.room, name="room"),
    path("<slug:code>/keep/", rooms.keep_room, name="keep_room"),
    path("<slug:code>/history/", rooms.history, name="history"),
    path("<slug:code>/present/", rooms.present, name="present"),
    path("<slug:code>/people/", rooms.people, name="people"),
    path("<slug:code>/pins/", rooms.pins, name="pins"),
    path("<slug:code>/search/", rooms.search, name="search"),
    path("<slug:code>/send/", talking.send, name="send"),
    path("<slug:code>/pictures/", talking.add_picture, name="add_picture"),
    path("<slug:code>/pictures/<slug:public_id>/", talking.describe, name="describe"),
    path("<slug:code>/read/", rooms.read, name="read"),
    path("<slug:code>/sit/", rooms.sit, name="sit"),
    path("<slug:code>/mute/", rooms.mute, name="mute"),
    path("<slug:code>/leave/", conversations.leave, name="leave"),
    path(MESSAGE, talking.message, name="message"),
    path(f"{MESSAGE}source/", talking.source, name="source"),
    path(f"{MESSAGE}edit/", talking.edit, name="edit"),
    path(f"{MESSAGE}remove/", talking.remove, name="remove"),
    path(f"{MESSAGE}react/", talking.react, name="react"),
    path(f"{MESSAGE}pin/", talking.pin, name="pin"),
    path(THREAD, threads.thread, name="thread"),
    path(f"{THREAD}follow/", threads.follow, name="follow"),
    path(f"{THREAD}read/", threads.read, name="thread_read"),
]
