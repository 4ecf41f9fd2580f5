"""The house's door for programs: `/api/v1`, its keys, and the schema that tells what is served."""
