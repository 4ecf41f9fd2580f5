"""All tables of the brand's voice, gathered for Django."""
