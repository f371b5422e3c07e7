"""What people look up: a store and the rules → answers, the same for commands, for Slack and for the desk.

`archive`      the entries that somebody names; the rules in force beside an archive
`search`       an expression → the entries that it holds on
`entries`      an entry → how it was read, its story, each rule's verdict, what was sent (`explain`)
`outbox`       what is on its way to people, and why not further
`today`        what each channel was told, and what it waits for
`feeds`        a feed → its row in `feeds list`
`suggestion`   a suggested change of a rule → the rules file as it would be
`status`       what worker, feeds, outbox and rules are doing
`status_lines` the same in words, for the terminal and for Slack

The law of this folder: it reads, and never writes. What it returns is JSON-able, and the same objects stand in every
command's `--json`.
"""
