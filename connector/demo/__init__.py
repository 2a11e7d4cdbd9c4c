"""The sample employer, invented to the last name, and the whole job run on it by the product's own services."""
