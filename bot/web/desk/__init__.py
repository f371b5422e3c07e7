"""The desk's pages: a request → what people look at, or the same as JSON.

`desk`          what all pages share: access, archive, rules, templates
`slow_answers`  what reads much of the archive, and how far it has come
`today`         `/`: the last day, what waits, what is not well
`search`        `/search`: the archive in the rule language
`stories`       `/stories/ID`: one story, report by report
`feeds`         `/feeds`, `/feeds/ID`: health, entries, delay
`outbox`        `/outbox`: what is on its way, and why not further
`rules`         `/rules`, `/rules/ID`: volume, precision, stories
`suggestion`    `/rules/ID/suggestion`: an edit that removes marked noise
`playground`    `/try`: an expression, live
`review`        `/review`: samples and near misses, one at a time
`atom`          what was told, for feed readers
`login`         `/login`, `/logout`

The law of this folder: pages answer one question on their first screen, work without JavaScript, and read the archive
through connections of their own. Only a POST of `review` and of `login` changes anything.
"""
