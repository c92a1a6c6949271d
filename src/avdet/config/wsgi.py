"""The WSGI application that Granian serves; in a single-process installation its jobs are done beside it, by threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avdet.config.settings")
application = get_wsgi_application()

if os.environ.get("AVDET_WORK_HERE"):
    from avdet.config.wiring import work_in_background

    work_in_background()
