"""The rules of labels, pure: criteria, families of rules, periods; no web, no database."""
