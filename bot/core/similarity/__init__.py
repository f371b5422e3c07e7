"""How alike two texts are, and whether a likeness deceives. Knows nothing of stories or time.

`headline`    a headline → its form for comparing
`figures`     figures in one form
`sketch`      a long text → a small sketch; how much of one text stands in another
`vetoes`      what tells two headlines apart although they look alike (period, number, name, direction …)
`duplicates`  whether one of two texts is a copy of the other
"""
