"""Sheets: one job that is several pictures, shown side by side.

`plan` makes the request of what a member asks for, `values` reads what they typed; `painter` has
the parts painted one after another, `store` keeps what became of each, `scores` has them scored and
`drawer` puts them together.
"""
