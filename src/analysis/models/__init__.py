"""Responses, or counts that print determines -> regression on municipality size, with the checks of each model."""
