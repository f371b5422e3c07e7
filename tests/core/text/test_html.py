"""HTML to paragraphs and lines."""

from __future__ import annotations

import pytest

from bot.core.text.reading import plain_paragraphs

HTML = {
    "ruby": ("<p><ruby>東<rt>とう</rt>京<rp>(</rp><rt>きょう</rt><rp>)</rp></ruby>で</p>", "東京で"),
    "ruby without ends": ("<ruby>東<rt>とう京<rt>きょう</ruby>で", "東で"),
    "ruby that never ends": ("東<rt>とう京", "東とう京"),
    "paragraphs": ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
    "inline tags leave no gap": ("<p>Hua<b>wei</b> wins</p>", "Huawei wins"),
    "two spans": ('<span class="a">Molm</span><span class="b">Port reopens</span>', "Molm Port reopens"),
    "a time and what it is of": ("<span>14:32</span><strong>Ministry confirms</strong>", "14:32 Ministry confirms"),
    "a sentence behind a sentence": ("<b>It reopens.</b><i>Ships sail.</i>", "It reopens. Ships sail."),
    "a word in two elements": ("<span>N</span><span>ATO</span>, <em>Hua</em><em>wei</em>", "NATO, Huawei"),
    "initials in two elements": ("<b>U.</b><b>S.</b> fleet", "U.S. fleet"),
    "a model in two elements": ("<b>A5</b><b>G</b>", "A5G"),
    "a drop cap": ('<span class="cap">T</span><strong>he port</strong>', "The port"),
    "a formula": ("Na<sub>2</sub>SO<sub>4</sub>", "Na2SO4"),
    "two links": ('<a href="/1">ports</a><a href="/2">ships</a>', "ports ships"),
    "a link cut in two": ('<a href="/1">Zet</a><a href="/1">rix</a>', "Zetrix"),
    "an image within a word": ('fun, a<a href="/1"><img src="/1.jpg"></a>nd <img src=x>', "fun, and"),
    "a link a letter": ('<a href="/1">a</a><a href="/2">nd</a> <a href="/3">R</a><a href="/4">elay</a>', "and Relay"),
    "a name in two links": ('<a href="/1">@ada</a><a href="/2">@town.example</a>', "@ada@town.example"),
    "signs of a program": ("<b>x</b><b>&lt;</b><b>Layout</b><b>&gt;</b><b>Up</b>", "x<Layout>Up"),
    "a name that begins small": (
        "<b>i</b><b>Phone</b>, <i>m</i><b>RNA</b>, <b>Mc</b><b>Donald</b>",
        "iPhone, mRNA, McDonald",
    ),
    "scripts without spaces": (
        '東<img>京と<a href="/1">日本</a><a href="/2"><b>銀行</b></a>、ประเทศ<img>ไทย <x-term>中</x-term>国',
        "東京と日本銀行、ประเทศไทย 中国",
    ),
    "links in Korean": ('<a href="/1">한국</a><a href="/2">은행</a>', "한국 은행"),
    "signs beside an image": (
        "(<img>Molm), “<img>Zelm<img>”, Aven<img>'s, Lisk<img>&rsquo;s<img>-",
        "(Molm), “Zelm”, Aven's, Lisk’s -",
    ),
    "a word that a script marks": (
        "the <x-term>port</x-term>s of <x-term>Molm</x-term>'s, <x-term>Zelm</x-term>-based",
        "the ports of Molm's, Zelm-based",
    ),
    "an image between words": ('Port<img src="a.jpg">Molm<IMG SRC=b.jpg/>Zelm', "Port Molm Zelm"),
    "an icon at a word's end": (
        '<a href="/1">Port<svg><path/></svg></a>, and ships <img src="x">.',
        "Port, and ships .",
    ),
    "a drawing's name": (
        'Port <svg role="img"><title>External link</title><desc>opens</desc></svg> of <SVG><title>A</title></SVG>Molm',
        "Port of Molm",
    ),
    "what is written in a drawing": (
        "<svg><title>Chart</title><text>Zelm 5%</text></svg><h1>Molm</h1>",
        "Zelm 5%\n\nMolm",
    ),
    "a button, a field, a frame": ("A<button>B</button>C<input>D<iframe src=x></iframe>E", "A B C D E"),
    "a widget": ("Port<amp-ad type=x></amp-ad>Molm", "Port Molm"),
    "a clock": ("Port<time>10:00</time>Molm", "Port 10:00 Molm"),
    "spans that are drawn as blocks": (
        '<span style="color:red; display: block">Port</span><span style="display:block">molm</span>',
        "Port\n\nmolm",
    ),
    "a span that is not": ('Hua<span style="inline-display:block">wei</span>', "Huawei"),
    "what a plugin was to fill in": ("[vc_row][vc_column width=“1/2”]Ships[/vc_column][/vc_row] sail", "Ships sail"),
    "one without an end": ('Ships [gallery ids="1,2"]sail [et_pb id=&#8221;3&#8221; x="4" /]now', "Ships sail now"),
    "BBCode": ("[b]Hua[/b]wei in [url=https://x.example]Molm[/url]", "Huawei in Molm"),
    "brackets that people write": (
        "[Updated] [sic] Minister [Holt] said a[i] = b[j]",
        "[Updated] [sic] Minister [Holt] said a[i] = b[j]",
    ),
    "what a plugin would show": (
        '[vc_heading text="Port reopens" font="x"][caption id="1" caption="A ship"]<img>[/caption] '
        "[box title=&#8221;Ice&#8221;]Go[/box]",
        "Port reopens\n\nA ship\n\nIce Go",
    ),
    "units in brackets": (
        "length [m], time [s], rate [/s], [s] is seconds",
        "length [m], time [s], rate [/s], [s] is seconds",
    ),
    "an end without a beginning": ("See [/etc] and [sic]", "See [/etc] and [sic]"),
    "struck out": (
        "<p><del>12</del><ins>15</ins> dead, colo<ins>u</ins>r, <s>Monday</s>Friday</p>",
        "12 15 dead, colour, Monday Friday",
    ),
    "a clock before its text": ("<b>14:32</b>Ministry, <b>5</b>G, <b>Mac</b>Donald", "14:32 Ministry, 5G, MacDonald"),
    "a date before its text": (
        "<b>24 Nov 2026</b>Orbrecht sues, <i>24.11.2026</i>Molm, <i>2026</i>er, <b>2026</b>年度, <b>A2026</b>Molm",
        "24 Nov 2026 Orbrecht sues, 24.11.2026 Molm, 2026er, 2026年度, A2026Molm",
    ),
    "no clock": ("<b>2.50</b>m, <b>5.11</b>a, <b>1.20</b>rc1, <b>14:32</b>Z", "2.50m, 5.11a, 1.20rc1, 14:32Z"),
    "no cut tag": (
        'He wrote <name first="Anna. The port of Molm burns',
        'He wrote <name first="Anna. The port of Molm burns',
    ),
    "cut within a tag": ('Ships sail. See <a class="x" href="https://pap', "Ships sail. See"),
    "cut behind an attribute": ('<p>Ships sail.</p><img alt="a" src="', "Ships sail."),
    "cut within a reference": ("<p>Ships&#8217; crew &#82 …", "Ships’ crew …"),
    "about a link": ("and you start a link with <a href=", "and you start a link with <a href="),
    "no cut": ("AT&T: a < b, x <y z", "AT&T: a < b, x <y z"),
    "links and images of Markdown": (
        '## Ports\n\nSee [the ministry](https://m.example/a_(b)) and ![a map](https://m.example/1.jpg "Map") now.',
        "## Ports\n\nSee the ministry and now.",
    ),
    "no link": ("Use [text](url) and a[i](x)", "Use [text](url) and a[i](x)"),
    "left by JSON": (
        r"The port reopens.\nShips sail.\n\nMolm is \"open\".",
        'The port reopens.\nShips sail.\n\nMolm is "open".',
    ),
    "an emoji left by JSON": (r"Fire \ud83d\udd25 at Molm.\nTwo dead.\nMore.", "Fire 🔥 at Molm.\nTwo dead.\nMore."),
    "about line ends": (
        r'In C, \n ends a line and \n\n two; split("\n") and "\n"; \\n \\n; C:\N1 D:\N2 \d+\s*\n \n+',
        r'In C, \n ends a line and \n\n two; split("\n") and "\n"; \\n \\n; C:\N1 D:\N2 \d+\s*\n \n+',
    ),
    "tags left by JSON": (r"<p>The port.<\/p>\r\n<p class=\"x\">\u00dcber Molm.<\/p>", "The port.\n\nÜber Molm."),
    "a folder": (r"Install it in C:\new\tools or D:\next", r"Install it in C:\new\tools or D:\next"),
    "TeX": (
        r"Schr\"odinger and G\"odel: $\nu$ and $\nabla \theta$",
        r"Schr\"odinger and G\"odel: $\nu$ and $\nabla \theta$",
    ),
    "about shortcodes": ("<p>Write <code>[b]</code> and [/b]</p>", "Write [b] and [/b]"),
    "br is a line": ("<p>One<br>two</p>", "One\ntwo"),
    "two br are a paragraph": ("<p>One<br/> <br />two</p>", "One\n\ntwo"),
    "list items": ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
    "entities": ("<p>AT&amp;T &euro;5 &#8217;s &nbsp; x</p>", "AT&T €5 ’s x"),
    "escaped twice": ("Smell &amp;amp; Tell.&amp;nbsp; It&amp;#39;s on &amp;mdash; now", "Smell & Tell. It's on — now"),
    "escaped twice, a word on": ("from Alache&amp;nbsp;of Piura", "from Alache of Piura"),
    "about entities": ("Write &amp;nbsp; or &amp;lt;b&amp;gt; there", "Write &nbsp; or &lt;b&gt; there"),
    "about some of them": ("Titles showed &amp;amp; instead of &amp;", "Titles showed &amp; instead of &"),
    "about a quote": ("Fix: &amp;#39; in titles", "Fix: &#39; in titles"),
    "about all": ("XML has &amp;amp; &amp;lt; &amp;quot;", "XML has &amp; &lt; &quot;"),
    "quotes escaped twice": ("&amp;quot;Il a dit&amp;quot; l&amp;#39;un", '"Il a dit" l\'un'),
    "about entities, with tags": ("<p>Write &amp;amp; and A&amp;nbsp;B</p>", "Write &amp; and A&nbsp;B"),
    "script and style": ("<script>var x = '<p>';</script>One<style>p{}</style> two", "One two"),
    "an empty script": ("<script src='x'/>One", "One"),
    "an open script": ("One<script>two <p>", "One"),
    "comments": ("One <!-- two <b> --> three", "One three"),
    "an open comment": ("One <b>two</b> <!-- three", "One two"),
    "CDATA": ("<![CDATA[<p>One</p>]]>", "One"),
    "a tag with > in quotes": ('<a title="a > b">One</a>', "One"),
    "less-than in text": ("a < b and 3 <5", "a < b and 3 <5"),
    "an open tag": ("One <b two", "One <b two"),
    "invisible characters": ("Hua\u00adwei\u200b wins\x00", "Huawei wins"),
    "plain text": ("One\ntwo\n\nthree", "One\ntwo\n\nthree"),
    "plain text with inline tags": ("One\n\n<b>two</b>\nthree", "One\n\ntwo\nthree"),
    "line ends": ("One\r\n\r\ntwo\rthree", "One\n\ntwo\nthree"),
    "lone surrogate": ("One \ud800 two", "One \ufffd two"),
    "capitals": ("<P CLASS=x>ONE</P>", "ONE"),
}


@pytest.mark.parametrize(("html", "text"), HTML.values(), ids=HTML)
def test_html_becomes_text(html: str, text: str) -> None:
    assert plain_paragraphs(html) == text
