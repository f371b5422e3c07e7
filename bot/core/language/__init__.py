"""What is known about languages, as data: one file a language in `data`, all with the same keys.

`tables`      a language's file → its table, read when the language first occurs
`word_lists`  a list of all languages (`data/*.txt`) → its words by language
`date_words`  a date as it is written anywhere → the same in plain words and digits; the numbers of months
`speaking`    a text → the languages whose files speak for it
`everyday`    whether a word is common in any language
`frequency`   how common English words are: for rules, and as what stories believe before they have seen any
"""
