"""Pages about the API, and the desk where its keys are kept."""
