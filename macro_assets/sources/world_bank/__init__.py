"""World Bank: yearly development indicators by economy."""
