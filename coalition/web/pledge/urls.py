"""Addresses of the representative's door."""

from django.urls import path

from coalition.web.pledge import (
    afterwards,
    by_hand,
    calendars,
    colleagues,
    data,
    home,
    invitation,
    pledge,
    posts,
    question,
    quotes,
    sheet,
    withdrawal,
)

app_name = "member"
urlpatterns = [
    path("", home.organisations, name="home"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("enter/<str:token>/", invitation.enter, name="enter"),
    path("-/data/", data.person, name="your_data"),  # no organisation's slug is a dash
    path("<slug:slug>/", home.organisation, name="organisation"),
    path("<slug:slug>/pledge/", pledge.pledge, name="pledge"),
    path("<slug:slug>/pledge/takes/", pledge.takes, name="takes"),
    path("<slug:slug>/date/", pledge.date, name="date"),
    path("<slug:slug>/withdraw/", withdrawal.withdraw, name="withdraw"),
    path("<slug:slug>/colleagues/", colleagues.colleagues, name="colleagues"),
    path("<slug:slug>/colleagues/<int:pk>/remove/", colleagues.remove, name="colleague_remove"),
    path("<slug:slug>/quotes/", quotes.quotes, name="quotes"),
    path("<slug:slug>/quotes/<int:pk>/approve/", quotes.approve, name="quote_approve"),
    path("<slug:slug>/quotes/<int:pk>/take-back/", quotes.take_back, name="quote_take_back"),
    path("<slug:slug>/left/", afterwards.left, name="left"),
    path("<slug:slug>/leaving/", afterwards.leaving, name="leaving"),
    path("<slug:slug>/did-you/", afterwards.survey, name="survey"),
    path("<slug:slug>/posting/<int:pk>/", question.question, name="question"),
    path("<slug:slug>/erased/", data.erased, name="erased"),
    path("<slug:slug>/data/", data.organisation, name="data"),
    path("<slug:slug>/calendar.ics", calendars.calendar, name="calendar"),
    path("<slug:slug>/sheet/", sheet.sheet, name="sheet"),
    path("<slug:slug>/posts/<int:pk>/", posts.post, name="post"),
    path("<slug:slug>/posts/<int:pk>/preview/", posts.preview, name="preview"),
    path("<slug:slug>/posts/<int:pk>/pictures/<int:number>/", posts.picture, name="picture"),
    path("<slug:slug>/posts/<int:pk>/approve/", posts.approve, name="approve"),
    path("<slug:slug>/posts/<int:pk>/take-back/", posts.take_back, name="take_back"),
    path("<slug:slug>/posts/<int:pk>/route/", posts.route, name="route"),
    path("<slug:slug>/posts/<int:pk>/ourselves/", posts.ourselves, name="ourselves"),
    path("<slug:slug>/posts/<int:pk>/by-hand/", by_hand.by_hand, name="by_hand"),
    path(
        "<slug:slug>/posts/<int:pk>/by-hand/calendar.ics",
        calendars.by_hand,
        name="by_hand_calendar",
    ),
]
