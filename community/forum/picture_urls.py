"""The address of members' pictures: without a language, since words are rendered once for all."""

from django.urls import path

from community.forum.views.picturing import picture

app_name = "pictures"
urlpatterns = [path("pictures/<slug:public_id>.webp", picture, name="picture")]
