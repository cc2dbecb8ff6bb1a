"""The labelled messages the model is trained on, one file per writer, and the guide they follow."""
