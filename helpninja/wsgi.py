import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpninja.settings")
# What a request multiplies is small: threads for it take longer to start. To be set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

django = get_wsgi_application()

# These need the apps that the line above has loaded.
from servestatic import ServeStatic  # noqa: E402

from helpninja.health import refuse_unmigrated_production  # noqa: E402
from helpninja.memory import keep_what_is_loaded  # noqa: E402
from helpninja.static_files import with_static_files  # noqa: E402

refuse_unmigrated_production()

application = with_static_files(ServeStatic, django)
keep_what_is_loaded()
