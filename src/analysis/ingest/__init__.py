"""Raw files of a wave -> checked tables; what cannot be used is refused or set aside, never dropped."""
