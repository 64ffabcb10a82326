"""An app that does not survive its own import."""

raise RuntimeError("no database")
