"""The vocabulary of the product: pure values and rules, no I/O of any kind."""
