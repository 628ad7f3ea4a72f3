"""What the pages of label audits show."""
