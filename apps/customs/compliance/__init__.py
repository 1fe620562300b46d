"""Compliance rules as data: their content, the facts they ask about, the judging. Pure."""
