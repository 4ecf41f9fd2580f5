"""Invitations: a member's link by which others join, and who came by it."""
