from django.urls import path

from analytics.api.exports import Export, ExportFile, Exports
from analytics.api.insights import Insights
from analytics.api.reports import Report, Reports
from analytics.api.saved_views import SavedViewFigures, SavedViews
from analytics.api.views import MetricDefinitions, QueryAnalytics

urlpatterns = [
    path("escalations/analytics", QueryAnalytics.as_view(), name="api-escalation-analytics"),
    path("views", SavedViews.as_view(), name="api-saved-views"),
    path("views/<int:pk>", SavedViewFigures.as_view(), name="api-saved-view"),
    path("metrics", MetricDefinitions.as_view(), name="api-metric-definitions"),
    path("insights", Insights.as_view(), name="api-insights"),
    path("exports", Exports.as_view(), name="api-exports"),
    path("exports/<str:public_id>", Export.as_view(), name="api-export"),
    path("exports/<str:public_id>/<str:table_format>", ExportFile.as_view(), name="api-export-file"),
    path("reports", Reports.as_view(), name="api-reports"),
    path("reports/<str:public_id>", Report.as_view(), name="api-report"),
]
