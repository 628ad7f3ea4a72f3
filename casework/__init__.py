"""casework moves cases through workflows: grant projects, label audits, committee cases."""

__version__ = "0.1.0"
