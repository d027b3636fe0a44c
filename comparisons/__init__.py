"""Random questions put to this library and to programs of others; docs/against-others.md tells the story."""
