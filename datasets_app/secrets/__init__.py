"""Secrets and personal data in texts: found, listed, decided on by people; until then nothing with them goes out."""
