from rest_framework.routers import SimpleRouter

from escalations.api.conversations import ConversationViewSet
from escalations.api.escalations import EscalationViewSet

router = SimpleRouter(trailing_slash=False)
router.register("conversations", ConversationViewSet, basename="conversation")
router.register("escalations", EscalationViewSet, basename="escalation")

urlpatterns = router.urls
