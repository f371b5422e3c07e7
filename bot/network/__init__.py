"""What every connection of ours has in common, to feeds and to Slack; it imports nothing of ours.

`proxies`     which proxy a URL is asked through
`resolver`    host names → IP addresses, whatever name servers do
`authorities`  whose certificates are trusted, as it stands now
`connection_words`  why a connection failed, in words
"""
