"""Zalo as a service to come in through: its own OAuth 2 (v4), which no library of ours knows."""
