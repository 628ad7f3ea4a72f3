"""What an administrator does with people: accounts, roles, absences, handing over."""
