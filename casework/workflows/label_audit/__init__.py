"""Label audits: from engagement to decision, label and renewal."""
