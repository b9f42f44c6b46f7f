"""Facts that a domain holds, as pages: registers, instructions, and the links to them from every text."""
