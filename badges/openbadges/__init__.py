"""Badges to take along: signed credentials in the form of Open Badges 3.0, and whether they still hold."""
