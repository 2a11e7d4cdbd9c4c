"""Every outgoing HTTP call of the product: deadlines, tries, size limits, logins, and errors that give nothing away."""
