import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")

application = get_wsgi_application()

from helpninja.health import refuse_unmigrated_production  # noqa: E402  (needs the apps that are now loaded)

refuse_unmigrated_production()
