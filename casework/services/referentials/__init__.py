"""Schemes of labels and their referentials: drafted, published, compared, mapped, filed."""
