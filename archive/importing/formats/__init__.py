"""One file for each form that past mail is kept in."""
