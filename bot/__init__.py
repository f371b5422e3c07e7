"""Wirewatch: feeds in, stories matched against watch rules, digests in Slack."""
