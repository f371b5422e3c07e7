"""Rules and the archive → what rules do, measured, and what would make them better.

The law of this folder: what it predicts is what happens, for the code that decides in the worker decides here, too; no
figure goes beyond the data, and what too little data gives is said in a word ("unmeasured", "learning"); nothing is
ever applied by itself.

`backtest`       what rules found in an archive → counts, rates, what an edit changes
`bars`           counts → a line of block characters
`budgets`        what was posted today → notices of `max_per_day`
`hygiene`        what rules did → what is wrong with them; budgets
`junit`          what `check` found → JUnit XML
`precision`      marks → how often a rule is right, as far as that was measured
`near_misses`    rules and an archive's entries → what they did not post, and by how little
`relaxations`    a rule → the same with one demand relaxed
`misspellings`   words of a text → the names that they are a slip of
`related_names`  names of a rule, and stories of theirs → what else stands with them, and hardly elsewhere
`phrases`        a text → the words and short phrases that a rule could name
`query_parts`    a rule's words and entities, and the same with one more name
`edits`          what an edit of a rule is, and which marked stories it takes away
`edit_steps`     the single edits of each kind that are worth trying
`draft`          headlines → an expression for them
`expectations`   when a rule's stories came in → whether it is quiet, and what ops hears
`own_texts`      two texts → whether the later one is a copy
`spikes`         reports of a rule → a burst, when unusually many houses report
`spike_message`  a burst → the digest that tells of it
`covers`         which steps to take together, and whether to believe them
`suggest`        the one edit that removes marked noise and loses nothing known to matter
`review`         what people are asked once a week, and how a question stands
`rules_history`  rules texts that were in force → what changed from one to the next
"""
