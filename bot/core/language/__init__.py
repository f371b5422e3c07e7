"""What is known about one language, English so far.

`stems`       a word → its stem
`synonyms`    words that say the same in headlines
`antonyms`    words that say the opposite
`names`       places, persons, firms
`frequency`   how common words are, for rules
`background`  how common words are in headlines, for stories
"""
