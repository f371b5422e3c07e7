"""`wirewatch web`: the desk, health, metrics, and where WebSub hubs call back.

`app`             the aiohttp application: every request passes here
`access`          who may see what, and who may say something
`desk`            the pages for people
`archive_reader`  questions to the archive, in threads with connections of their own
`marked`          a text and what was found in it → HTML
`pictures`        counts → SVG with its table
`reader`          what health and metrics know, read from the store
`metrics`         the same for Prometheus
`websub`          what hubs ask and send
"""

from bot.web.app import make_app, make_runner, serve

__all__ = ["make_app", "make_runner", "serve"]
