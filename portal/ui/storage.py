"""How built files are named in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names also inside our modules: else editor.js would load a second app.js, with a second socket."""

    support_js_module_import_aggregation = True
