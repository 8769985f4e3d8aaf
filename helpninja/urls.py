from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from escalations.urls import rule_patterns
from helpninja import views
from helpninja.health import healthz, readyz
from quality.urls import article_patterns

handler500 = "helpninja.common.middleware.server_error"

# The API first, and in it the conversations: most requests are messages of theirs, and patterns are tried in turn.
# analytics before them, for escalations/analytics is no escalation's id.
urlpatterns = [
    path("api/v1/", include("analytics.api.urls")),
    path("api/v1/", include("escalations.api.urls")),
    path("api/v1/", include("quality.api.urls")),
    path("api/v1/", include("agents.api.urls")),
    path("api/v1/", include("billing.api.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("", views.home, name="home"),
    path("admin/", admin.site.urls),
    path("queue/", include("escalations.urls")),
    path("rules/", include(rule_patterns)),
    path("analytics/", include("analytics.urls")),
    path("quality/", include("quality.urls")),
    path("", include(article_patterns)),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
]
