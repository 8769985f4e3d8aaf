from django.urls import path

from analytics.api.views import MetricDefinitions, QueryAnalytics

urlpatterns = [
    path("escalations/analytics", QueryAnalytics.as_view(), name="api-escalation-analytics"),
    path("metrics", MetricDefinitions.as_view(), name="api-metric-definitions"),
]
