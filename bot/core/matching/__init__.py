"""Rules × entry → matches with evidence.

`required_terms`  a query → terms that a text must hold
`rule_index`      terms of an entry → rules that may hold
`fast_path`       rules that terms and plain phrases decide
`positions`       where words stand in a zone
`mentions`        where a word, phrase or regex is found in an entry's text
`proximity`       NEAR, ONEAR, NOTNEAR
`field_values`    the whole values of source, domain, tag, lang
`evaluate`        whether a query holds on a text
`matcher`         all rules × one entry
`learnt_lines`    lines just learnt as promo that a match rests on → what ops is told
`evidence`        the zones, spans and the quote worth showing
`explain`         why a rule holds or not, in sentences
`describe`        how a rule is read, for `check --explain`
"""
