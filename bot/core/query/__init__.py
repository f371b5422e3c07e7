"""The rule language: text → AST, and what can be said of a query by itself.

`lexer`          characters → tokens
`atoms`          tokens → words, phrases, fields' values, regexes, entities
`operands`       what may stand beside NEAR, ATLEAST, FIRST
`parser`         text → AST, or every mistake with its place
`mistakes`       what to write instead
`side_by_side`   two parts with nothing between them → what to write
`fields_elsewhere` what other tools and languages call a field → ours
`operands_elsewhere` what other tools write in an operand's place → ours
`mending`        a rule with mistakes → the whole rule as it was meant
`format`         AST → text
`walk`           a query's parts
`word_signs`     a word of a rule → its parts with their signs
`word_patterns`  a word of a rule → what it looks for
`values`         values of fields, normalised and compared
`implication`    when one query follows from another
`misread`        a part of a rule that is read otherwise than it was meant
`lint`           a rule that reads well but cannot be meant
"""
