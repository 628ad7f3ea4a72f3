"""The rules by which a committee sits and decides: pure, without database, web or queue."""
