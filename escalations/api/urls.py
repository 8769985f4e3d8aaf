from django.urls import path
from rest_framework.routers import SimpleRouter

from escalations.api.conversations import ConversationViewSet
from escalations.api.escalations import EscalationViewSet
from escalations.api.ingest import IngestView
from escalations.api.routing import AgentsView, AlertSeenView, AlertsView

router = SimpleRouter(trailing_slash=False)
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("escalations", EscalationViewSet, basename="escalation")

urlpatterns = [
    *router.urls,
    path("agents", AgentsView.as_view(), name="agents"),
    path("alerts", AlertsView.as_view(), name="alerts"),
    path("alerts/<str:public_id>/seen", AlertSeenView.as_view(), name="alert-seen"),
    path("ingest", IngestView.as_view(), name="ingest"),
]
