"""An entry's text as people read it.

`reading`      an entry → its text, each line in its zone
`html`         HTML → paragraphs and lines
`unrendered`   shortcodes, Markdown's links, JSON's line ends → the HTML that was meant
`word_gaps`    where elements part words though no blank does
`drawn_letters` signs that are drawn as a letter → the letter
`zones`        lines → text, caption and promo, each hidden line with its reason
`promo`        a line → why it is promo
`gates`        whole sentences that say nothing of the news → whether a line is made of them
`invitations`  a short line → whether it asks to share, follow or subscribe
`credits`      a line → why it is a photo credit
`labels`       what the languages' files say of such lines, made ready to compare
`apostrophes`  a word with an apostrophe → what stands inside it
`initials`     `J. K. Rowling`, `M K Stalin` → their initials as one run
`attached`     a word of Arabic or Hebrew → what stands behind its particles
`words`        text → words in folded and exact form
`folding`      a word → its folded form
`joined`       the words of a run → its joined forms
`combining`    the combining signs, as a class for patterns
`sentences`    where sentences and paragraphs begin
`terms`        a text → the terms it holds, for matching and for the archive's index
`regex`        RE2, the one place that knows it
`suggest`      the nearest known name to a mistyped one
`sanitize`     text and URLs that are safe to show
`secrets`      what environment variables hold, taken out of text
`plural`       `1 story`, `2 stories`
`times`        instants and spans → times as people read them
"""
