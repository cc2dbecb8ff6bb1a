"""The model in use: weights, vocabulary and a manifest that says what it was made from."""
