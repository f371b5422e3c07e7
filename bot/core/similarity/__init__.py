"""How alike two texts are, and whether a likeness deceives. Pure; knows nothing of stories or time.

`figures`     figures in one form
`headline`    a headline → its form for comparing
`sketch`      a long text → a small sketch; how much of one text stands in another
`vetoes`      two headlines → what tells them apart although they look alike (period, number, name, direction …)
`duplicates`  two texts → whether one is a copy of the other
"""
