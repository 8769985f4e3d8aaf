import subprocess
import sys

import pytest
from django.conf import settings

COUNTED = "import {server}, gc; print(gc.get_freeze_count(), len(gc.get_objects()))"


@pytest.mark.parametrize("server", ["helpninja.wsgi", "helpninja.asgi"])
def test_what_a_server_has_loaded_is_not_collected_again(server):
    counted = subprocess.run(
        [sys.executable, "-c", COUNTED.format(server=server)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    kept, looked_through = map(int, counted.stdout.split())
    assert kept > 100_000
    assert looked_through < 1_000
