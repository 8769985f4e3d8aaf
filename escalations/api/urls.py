from django.urls import path
from rest_framework.routers import SimpleRouter

from escalations.api.conversations import ConversationViewSet
from escalations.api.escalations import EscalationViewSet
from escalations.api.ingest import IngestView

router = SimpleRouter(trailing_slash=False)
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("escalations", EscalationViewSet, basename="escalation")

urlpatterns = [*router.urls, path("ingest", IngestView.as_view(), name="ingest")]
