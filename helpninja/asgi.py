import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
http = get_asgi_application()

# These need the apps that the line above has loaded.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import re_path  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from escalations.routing import websocket_urlpatterns  # noqa: E402
from helpninja.common.sockets import key_or_session, nowhere  # noqa: E402
from helpninja.health import refuse_unmigrated_production  # noqa: E402
from helpninja.memory import keep_what_is_loaded  # noqa: E402
from helpninja.static_files import with_static_files  # noqa: E402

refuse_unmigrated_production()

sockets = URLRouter([*websocket_urlpatterns, re_path("", nowhere)])  # type: ignore[arg-type]  # no view of HTTP
application = ProtocolTypeRouter(
    {"http": with_static_files(ServeStaticASGI, http), "websocket": key_or_session(sockets)}
)
keep_what_is_loaded()
