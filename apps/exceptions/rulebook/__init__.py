"""The rules of cases, pure: facts, fields, conditions, hours that count, judgements."""
