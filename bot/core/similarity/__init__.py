"""How alike two texts are, and whether one is a copy of the other. Knows nothing of stories or time.

`folding`     a word or a text → its folded form; a word → its stem, in every script
`lexicon`     the languages' files → what the comparing of texts asks them
`numerals`    a number as people write it, with its scales → its value
`tokens`      a text → words, figures by value, identifiers, characters; the units that texts are met by
`change_phrases` the languages' files → the phrases that tell a change
`left_open`   words that tell a change, and what leaves it open (`may`, `…ebilir`) → whether it has happened
`outlook`     a text below a headline → the words of its sentences that tell what has not happened yet
`changes`     a text's words → the kinds of change that they tell
`signs`       two texts of the same words → whether a sign (`🔴`, `▲`, a minus) tells one from the other
`names`       a headline → the names in it
`headlines`   a title → its words, without its label, its outlet's tail, its cut end
`difference`  two headlines → what differs, word for word
`titles`      two headlines → whether they are one
`in_place`    two headlines → which name stands in another one's place
`sketch`      a long text → a small sketch and a vocabulary; how much of one text stands in another
`duplicates`  two reports → whether the later is a copy of the earlier
"""
