"""`wirewatch web`: health, metrics, and where WebSub hubs call back; later the desk.

`app`      the aiohttp application: who may see what
`reader`   what the pages know, read from the store
`metrics`  the same for Prometheus
`websub`   what hubs ask and send
"""

from bot.web.app import make_app, serve

__all__ = ["make_app", "serve"]
