"""How often a code may be tried: counted where browsers that try at the same moment cannot read an old count."""
