"""Five Nordic reports on municipal quality, data use and infection hygiene, made rerunnable."""
