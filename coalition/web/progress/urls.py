"""Addresses of this door."""

from django.urls import path

from coalition.web.progress import feed, hour, joining, log, press, report, styleguide, views
from coalition.web.progress.embeds import page
from coalition.web.progress.embeds import views as embeds
from coalition.web.progress.pictures import preview

PICTURES = "<slug:slug>/embed/<slug:theme>/<slug:size>"
EMBARGO = "<slug:slug>/press/embargo/<str:token>"
LOGO = "logo-<int:pk>.<slug:ending>"

urlpatterns = [
    path("", views.front, name="home"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("privacy/", views.privacy, name="privacy"),
    path("<slug:slug>/", views.campaign, name="progress"),
    path("<slug:slug>/method/", views.method, name="progress_method"),
    path("<slug:slug>/corrections/", log.log, name="progress_corrections"),
    path("<slug:slug>/withdrawals/", log.withdrawals, name="progress_withdrawals"),
    path("<slug:slug>/report/", report.report, name="progress_report"),
    path("<slug:slug>/join/", joining.join, name="progress_join"),
    path("<slug:slug>/join/sent/", joining.sent, name="progress_join_sent"),
    path("<slug:slug>/join/<str:token>/", joining.confirm, name="progress_join_confirm"),
    path("<slug:slug>/press/", press.press, name="progress_press"),
    path("<slug:slug>/press.zip", press.kit, name="progress_press_zip"),
    path(f"<slug:slug>/press/{LOGO}", press.logo, name="progress_press_logo"),
    path(f"{EMBARGO}/", press.press, name="progress_embargo"),
    path(f"{EMBARGO}/press.zip", press.kit, name="progress_embargo_zip"),
    path(f"{EMBARGO}/{LOGO}", press.logo, name="progress_embargo_logo"),
    path("<slug:slug>/now.json", views.now_json, name="progress_now"),
    path("<slug:slug>/data.csv", views.data_csv, name="progress_csv"),
    path("<slug:slug>/data.json", views.data_json, name="progress_json"),
    path("<slug:slug>/data.xlsx", views.data_xlsx, name="progress_xlsx"),
    path("<slug:slug>/feed.atom", feed.feed, name="progress_feed"),
    path("<slug:slug>/exit.ics", hour.calendar, name="progress_calendar"),
    path("<slug:slug>/preview.png", preview.picture, name="progress_picture"),
    path("<slug:slug>/embed/", page.embed, name="progress_embed"),
    path("<slug:slug>/embed/<slug:theme>/counter/", embeds.counter_frame, name="embed_counter"),
    path("<slug:slug>/embed/<slug:theme>/list/", embeds.list_frame, name="embed_list"),
    path(f"{PICTURES}/counter.svg", embeds.counter_svg, name="embed_counter_svg"),
    path(f"{PICTURES}/list.svg", embeds.list_svg, name="embed_list_svg"),
    path(f"{PICTURES}/badge/<slug:organisation>.svg", embeds.badge_svg, name="embed_badge"),
]
