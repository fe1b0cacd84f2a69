"""How windows look: colours by theme, symbols, distances, type sizes."""
