"""For health checks inside a container: exit status 0 when the address answers 200 to the host that is served."""

import os
import sys
import urllib.request

request = urllib.request.Request(sys.argv[1], headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
with urllib.request.urlopen(request, timeout=10) as response:
    sys.exit(response.status != 200)
