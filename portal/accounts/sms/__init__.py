"""Texts to telephones: one small interface, several ways out, limits that cannot be walked around."""
