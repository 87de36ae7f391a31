"""The batch: which notebooks run with what, in which order, each in a process of its own."""
