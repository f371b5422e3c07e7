"""The decisions, pure: no I/O, no clock, no log, no randomness. Reasons come back; the shell logs them.

`parse`       bytes → entries
`polling`     a feed's state and an answer → its next state, notices
`text`        an entry → its text as people read it, in zones, words, terms
`language`    what is known about one language
`query`       the rule language: text → AST, and what can be said of a query by itself
`matching`    rules × entry → matches with evidence
`rulefile`    rules.yaml → a rule set, or every problem in it
`similarity`  how alike two texts are
`stories`     entries in order of arrival → stories
`digests`     what waits for a channel → messages
`workbench`   rules and the archive → what rules do, measured; what would make them better
`doctor`      facts about a place → findings
`heartbeat`   a worker's sign of life
`socket_trouble` why nobody's button is answered
`disk_trouble`   why a file cannot be written, and what to do
`latency`     seconds that news took → percentiles and buckets
`codec`       nouns ↔ JSON text, as stores keep them
`earlier`     what earlier versions wrote → nouns of today
`late_pattern` a regular expression that is compiled when it is first asked
"""
