"""What is intended: the plan as a value, the rules over it, and the file it is read from."""
