"""Executed notebooks as a site of plain HTML that needs no network: pages, index, and a check of the whole."""
