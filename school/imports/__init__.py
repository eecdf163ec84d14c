"""Lists in: readers turn files into rows of text, one module a list turns rows into a plan and applies it."""
