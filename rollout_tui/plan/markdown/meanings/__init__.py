"""What the words of a document mean: synonyms of names, and inference from prose."""
