"""Accounts that a shop opened by telephone number: opening one, claiming it, joining it to one's own."""
