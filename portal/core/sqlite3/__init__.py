"""Django's SQLite, with connections that outlive a request: the database engine of the embedded house (`base`)."""
