"""The five printed SOPs read word for word, and what the checker must find in each."""
