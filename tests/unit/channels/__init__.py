"""The channels against calls and answers as the companies make them."""
