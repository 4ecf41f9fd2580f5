"""Whom a member wants to have nothing to do with, and who may write to her alone."""
