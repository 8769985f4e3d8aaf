stream_urlpatterns: list = []
websocket_urlpatterns: list = []
