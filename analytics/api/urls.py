from django.urls import path

from analytics.api.reports import Report, Reports
from analytics.api.views import MetricDefinitions, QueryAnalytics

urlpatterns = [
    path("escalations/analytics", QueryAnalytics.as_view(), name="api-escalation-analytics"),
    path("metrics", MetricDefinitions.as_view(), name="api-metric-definitions"),
    path("reports", Reports.as_view(), name="api-reports"),
    path("reports/<str:public_id>", Report.as_view(), name="api-report"),
]
