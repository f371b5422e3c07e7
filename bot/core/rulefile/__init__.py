"""rules.yaml → a rule set, or every problem in it.

The law of this folder: all problems at once, each with line, column, caret and what to write instead; an error anywhere
means no rule set, warnings come beside one; the same text and variables give the same version. It reads only what it is
handed.

`ruleset`        the file's bytes → a rule set, or every problem in it; its JSON Schema, for editors
`problems`       a problem as `check` prints it
`source`         bytes → text, lines, places; problems are reported here
`hints`          a key that is none, a duration or a clock time as people write it → what to write instead
`quoting`        a value → as it stands in single quotes
`silent_traps`   what YAML reads without an error, and otherwise than it was meant
`bracket_traps`  what YAML misreads inside [ ] and { }
`yaml_traps`     where YAML itself misreads rules
`nodes`          YAML → checked nodes
`variables`      `${NAME}` → what the environment holds
`kinds`          what a key may hold: how it is read, and its JSON Schema
`units`          durations, sizes, times of day, weekdays, ids
`timezones`      a time zone as people write it → its name
`settings`       `settings:`, `text:` and `owners:`: outlets of one house
`channels`       `channels:`
`feeds`          `feeds:`
`addresses`      a feed's address: what is wrong with it, or odd
`entities`       `entities:`: names and what they stand for
`rules`          `rules:`
`inline_tests`   the stories beside a rule
`expressions`    an expression outside a file → a rule of its own
`named_rules`    ids that people name → rules
`added_rules`    rules added in Slack, beside the file's
`text_edits`     the file's text → the same with items at the end of a list, or other splices; every other byte stays
`add_feeds`      feeds from an OPML file → lines at the end of `feeds:`
`change_rule`    one rule's expression, tests and entities, changed in the file's text
"""
