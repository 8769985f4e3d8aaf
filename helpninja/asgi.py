import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (needs the apps loaded by the line above)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from escalations.routing import stream_urlpatterns, websocket_urlpatterns  # noqa: E402

# Pages prove their origin and bring a session; API clients bring a key instead and have no origin.
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter(
            [
                *stream_urlpatterns,
                *[AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))],
            ]
        ),
    }
)
