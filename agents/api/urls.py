from django.urls import path

from agents.api.views import AgentHoursView, OwnPresenceView

urlpatterns = [
    path("agents/me/presence", OwnPresenceView.as_view(), name="own-presence"),
    path("agents/<str:public_id>/hours", AgentHoursView.as_view(), name="agent-hours"),
]
