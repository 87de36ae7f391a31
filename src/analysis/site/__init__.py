"""Executed notebooks as a site of HTML that needs no network: pages, index, and a check of the whole."""
