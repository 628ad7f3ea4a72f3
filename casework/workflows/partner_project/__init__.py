"""Partner projects: from an idea, through co-creation and a pilot, to anchoring."""
