"""One module a question; public names only, so that they run on old commits."""
