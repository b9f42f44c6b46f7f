"""Files that lie on machines and that nobody manages yet: listed, and adopted into what we keep."""
