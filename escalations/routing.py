from django.urls import path

from escalations import consumers

websocket_urlpatterns = [
    path("ws/queue", consumers.QueueConsumer.as_asgi()),
    path("v1/escalations/stream", consumers.StreamConsumer.as_asgi()),
]
