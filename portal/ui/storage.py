"""How built files are named in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names also inside our modules: else editor.js would load a second app.js, with a second socket."""

    support_js_module_import_aggregation = True

    def url(self, name: str | None, force: bool = False) -> str:
        """The address under which the file is served. The list of names is read once and never changes while a process
        lives, so neither does an address; a page asks for a dozen."""
        known: dict[str | None, str] = self.__dict__.setdefault("_addresses", {})
        if name not in known:
            known[name] = super().url(name, force)
        return known[name]
