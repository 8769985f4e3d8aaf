from functools import partial

from django.core.management.base import BaseCommand

from helpninja import serving


class Command(BaseCommand):
    help = "Runs web, worker and scheduler in one process."

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1", help="Where to listen; 0.0.0.0 for every network.")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host, port, **options):
        serving.run(host, port, on_ready=partial(self._tell, host, port))

    def _tell(self, host, port):
        self.stdout.write(f"helpNINJA is at http://{host}:{port}/ (stop with Ctrl-C)")
        self.stdout.flush()
