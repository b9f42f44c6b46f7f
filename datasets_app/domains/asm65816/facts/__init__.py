from datasets_app.domains.asm65816.facts.claims import check_claims

__all__ = ["check_claims"]
