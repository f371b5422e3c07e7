"""What is known about languages, as data: one file a language in `data`, all with the same keys.

`tables`      a language's file → its table, read when the language first occurs
`speaking`    a text → the languages whose files speak for it
`everyday`    whether a word is common in any language

English only, for rules and stories as they are read today:

`stems`       a word → its stem
`synonyms`    words that say the same in headlines
`antonyms`    words that say the opposite
`names`       places, persons, firms
`frequency`   how common words are, for rules
`background`  how common words are in headlines, for stories
"""
