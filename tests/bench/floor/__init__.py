"""The least that the same machine needs for the same kind of work: bare Django views, a bare socket broadcast."""
