"""How alike two texts are, and whether a likeness deceives. Pure; knows nothing of stories or time.

`stems`       a word in, its stem out
`numbers`     figures in one form
`wording`     a headline in, its form for comparing out
`background`  how common a word is in headlines at large
`shingles`    a long text in, a small sketch out; how much of one text stands in another
`vetoes`      two headlines in, what tells them apart although they look alike (period, number, name, direction …)
`copies`      two texts in, whether one is a copy of the other
"""
