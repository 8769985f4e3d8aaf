from django.urls import path

from agents.api.views import OwnPresenceView

urlpatterns = [path("agents/me/presence", OwnPresenceView.as_view(), name="own-presence")]
