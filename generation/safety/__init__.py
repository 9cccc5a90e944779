"""What keeps members safe: from pictures nobody should see, from each other, and from us.

`screening` says what follows from how unsafe a picture is, `screeners` whether somebody can look;
`reports` and `bars` are what members and the host do about it, `reposts` and `made` find all that a
picture became. `erasure` deletes all that is stored of a member.
"""
