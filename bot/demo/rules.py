"""The demo's rules file: three channels and four rules on the invented outlets."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.demo.outlets import OUTLETS

_TEMPLATE = """\
version: 1
settings:
  timezone: UTC
  allow_private_hosts: true      # the newsroom is on loopback
  first_run: silent
  fetch: {per_host: 0s, min: 1s, timeout: 5s}
feeds:
%(feeds)s
entities:
  huawei: [Huawei, HiSilicon]
channels:
  telecom:
    slack: "#telecom"
    immediate: {per_hour: 6}
    follow: thread               # later reports edit the message, real news goes into its thread
  policy:
    slack: "#policy"
    digest: {every: 6s}
  ops:
    slack: "#ops"
rules:
  - id: huawei-5g
    name: Huawei and 5G
    when: '@huawei AND 5G'
    to: [telecom, policy]
  - id: chips
    name: Chip policy
    when: '(semiconductor* OR chip*) NEAR/8 (plant* OR subsid* OR crowns)'
    to: [policy]
"""


def demo_rules(url: Callable[[str], str]) -> str:
    """The rules file, with the feeds where `url` says they are."""
    feeds = "\n".join(
        f"  - {{url: {json.dumps(url(outlet.id))}, id: {outlet.id}, name: {json.dumps(outlet.name)}, "
        f"outlet: {outlet.id}, every: 2s}}"
        for outlet in OUTLETS
    )
    return _TEMPLATE % {"feeds": feeds}
