"""The journal of a hundred thousand calls: first rows and each keystroke, against bare queries."""
