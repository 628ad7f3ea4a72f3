"""Acts on label audits that are no moves and no plain records."""
