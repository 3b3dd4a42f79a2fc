"""Addresses of the coordinators' door."""

from django.urls import path

from coalition.web.dashboard import (
    board,
    campaign,
    day,
    decision,
    hour,
    importing,
    invitations,
    letters,
    members,
    people,
)

app_name = "dashboard"
urlpatterns = [
    path("", campaign.home, name="home"),
    path("new/", campaign.new, name="new"),
    path("import/", importing.upload, name="import"),
    path("import/review/", importing.review, name="import_review"),
    path("members/", members.members, name="members"),
    path("members/<slug:organisation>/", members.member, name="member"),
    path("members/<slug:organisation>/left/", members.left, name="left"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/again/", letters.again, name="letter_again"),
    path("<slug:slug>/", campaign.campaign, name="campaign"),
    path("<slug:slug>/open/", campaign.open_up, name="open"),
    path("<slug:slug>/board/", board.pledges, name="board"),
    path("<slug:slug>/board/<int:pk>/confirm/", board.confirm, name="confirm"),
    path("<slug:slug>/board/<slug:organisation>/answer/", board.answer, name="answer"),
    path("<slug:slug>/readiness/", board.ready, name="readiness"),
    path("<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path("<slug:slug>/invitations/<slug:organisation>/", invitations.again, name="invite"),
    path("<slug:slug>/date/", hour.date, name="date"),
    path("<slug:slug>/decide/", decision.decision, name="decide"),
    path("<slug:slug>/decide/people/", decision.deciders, name="deciders"),
    path("<slug:slug>/call-off/", hour.off, name="call_off"),
    path("<slug:slug>/day/", day.wall, name="day"),
    path("<slug:slug>/day/stop/", day.stop, name="stop"),
    path("<slug:slug>/day/resume/", day.resume, name="resume"),
    path("<slug:slug>/day/posts/<int:pk>/", people.post, name="post"),
]
