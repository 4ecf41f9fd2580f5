"""What shots, audit and bench share: a throwaway house with the demo world in it, and a browser to walk it."""
