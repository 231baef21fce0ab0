"""reading-aid as an HTTP service.

This file is yours and is not written again: add middleware and routers of your own to `app`. Routes of workflows are
in `app/routes.py`.
"""

from app import routes
from app.runtime.server import create_app

app = create_app(title="reading-aid", env=routes.ENV, servers=routes.SERVERS)
app.include_router(routes.router)
