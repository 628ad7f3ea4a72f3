"""The forms of label audits."""
