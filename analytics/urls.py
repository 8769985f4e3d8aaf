from django.contrib import admin
from django.urls import path

from analytics import views
from analytics.views import reports

view = admin.site.admin_view

app_name = "analytics"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("satisfaction/", views.satisfaction, name="satisfaction"),
    path("flow/", views.flow, name="flow"),
    path("patterns/", views.patterns, name="patterns"),
    path("insights/", views.insights, name="insights"),
    path("insights/top", views.top_insights, name="top-insights"),
    path("explore/", views.explore, name="explore"),
    path("exports/", views.exports, name="exports"),
    path("exports/list", views.export_list, name="export-list"),
    path("exports/start", views.start_export, name="export-start"),
    path("exports/<str:public_id>/remove", views.remove_export, name="export-remove"),
    path("exports/<str:public_id>/<str:table_format>", views.export_file, name="export-file"),
    path("team/", views.team, name="team"),
    path("agents/<str:public_id>/", views.agent, name="agent"),
    path("mine/", views.mine, name="mine"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/comments/", views.comments, name="comments"),
    path("feedback/comments/<int:pk>/themes", views.decide_theme, name="decide-theme"),
    path("feedback/themes", views.add_theme, name="add-theme"),
    path("nps/", views.nps, name="nps"),
    path("rows/", views.rows, name="rows"),
    path("views/", views.save_current_view, name="save-view"),
    path("views/<int:pk>/", views.open_saved_view, name="saved-view"),
    path("views/<int:pk>/remove", views.remove_saved_view, name="remove-view"),
    path("team-today", views.team_today_panel, name="team-today"),
    path("reports/", view(reports.reports), name="reports"),
    path("reports/sent/<str:public_id>/", view(reports.report_run), name="report-run"),
    path("reports/sent/<str:public_id>/retry", view(reports.retry), name="report-retry"),
    path("reports/sent/<str:public_id>/seen", view(reports.mark_seen), name="report-seen"),
    path("reports/schedules/<int:pk>/send", view(reports.send_now), name="report-send"),
    path("reports/items/<str:public_id>/done", view(reports.mark_item), name="action-item"),
    path("reports/<str:kind>/", view(reports.report), name="report"),
    path("reports/<str:kind>/items", view(reports.add_item), name="report-item"),
]
