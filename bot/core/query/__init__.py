"""The rule language: text → AST, and what can be said of a query by itself.

`parser`         text → AST, or every mistake with its place
`atoms`          words, phrases, fields, regexes, entities
`mistakes`       what to write instead
`format`         AST → text
`walk`           a query's parts
`word_patterns`  a word of a rule → what it looks for
`values`         values of fields, normalised and compared
`implication`    when one query follows from another
`lint`           a rule that reads well but cannot be meant
"""
