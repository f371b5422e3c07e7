"""What is known about languages, as data: one file a language in `data`, all with the same keys; and lists of words.

`tables`      a language's file → its table, read when the language first occurs
`word_lists`  a list (`data/*.txt`) → its words by language, or by what is ours; what to say of words that are none
`date_words`  a date as it is written anywhere → the same in plain words and digits; the numbers of months
`speaking`    a text → the languages whose files speak for it
`everyday`    whether a word is common in any language
`frequency`   how common English words are: for rules, and as what stories believe before they have seen any
"""
