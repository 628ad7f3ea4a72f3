"""The list of cases: what it can be narrowed by, sorted by, and made of.

``filters`` and ``columns`` are the two registries; ``asked`` is one wish (filters, order, columns)
as the query of an address and a saved view write it; ``pages`` finds the rows, ``names`` says the
wish in words, ``standing`` counts by state. The page, its files and the board read all of them.
"""
