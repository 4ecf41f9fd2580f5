"""Addresses of the programme: badges, the tier page, challenges, the board, statements, and members' books for care."""

from django.urls import path

from badges.awards import views
from badges.challenges import views as challenges
from badges.leaderboards import views as boards
from badges.openbadges import views as credentials
from badges.programme.views import books, tier
from badges.statements import views as statements

app_name = "badges"
urlpatterns = [
    path("badges/", views.hall, name="hall"),
    path("badges/<slug:code>/", views.badge, name="badge"),
    path("my/badges/", views.shelf, name="shelf"),
    path("my/badges/<slug:code>/take/", credentials.take, name="take_badge"),
    path("credentials/<slug:token>/", credentials.status, name="credential"),
    path("my/badges/seen/", views.seen, name="seen"),
    path("my/badges/mend/", views.mend, name="mend"),
    path("my/settings/badges/", views.choose, name="choose"),
    path("my/book/take/", statements.take, name="take"),
    path("verify/", statements.verify, name="verify"),
    path("my/tier/", tier.tier, name="tier"),
    path("my/settings/board/", boards.settings, name="board_settings"),
    path("my/settings/board/wish/", boards.wish, name="board_wish"),
    path("challenges/", challenges.listing, name="challenges"),
    path("challenges/<slug:code>/", challenges.challenge, name="challenge"),
    path("challenges/<slug:code>/part/", challenges.join, name="challenge_part"),
    path("board/", boards.board, name="board"),
    path("board/<slug:scope>/", boards.board, name="board_of"),
    path("books/", books.search, name="books"),
    path("books/<slug:who>/", books.book, name="book"),
    path("books/<slug:who>/correct/", books.correct, name="correct"),
    path("books/<slug:who>/tier/", books.set_tier, name="set_tier"),
]
