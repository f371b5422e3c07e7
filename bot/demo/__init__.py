"""A newsroom of fictional outlets on loopback, for `wirewatch demo`.

`outlets`  who publishes, and in which format
`script`   what happens when
`server`   the real HTTP server that gives out their feeds
`rules`    the rules file that watches them
"""
