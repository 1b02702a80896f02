"""The functions of ODK expressions that Alur knows, with the number of arguments each takes."""

MANY = 1_000

SIGNATURES: dict[str, tuple[int, int]] = {
    # logic
    "true": (0, 0),
    "false": (0, 0),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "not": (1, 1),
    "if": (3, 3),
    "coalesce": (2, 2),
    "once": (1, 1),
    "depend": (1, MANY),
    "checklist": (2, MANY),
    "weighted-checklist": (4, MANY),
    # choices
    "selected": (2, 2),
    "is-selected": (2, 2),
    "count-selected": (1, 1),
    "selected-at": (2, 2),
    "jr:choice-name": (2, 2),
    "pulldata": (4, 4),
    # rows
    "position": (0, 1),
    "indexed-repeat": (3, 11),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "sum": (1, 1),
    "min": (1, MANY),
    "max": (1, MANY),
    # numbers
    "number": (1, 1),
    "int": (1, 1),
    "round": (1, 2),
    "abs": (1, 1),
    "pow": (2, 2),
    "log": (1, 1),
    "log10": (1, 1),
    "exp": (1, 1),
    "exp10": (1, 1),
    "sqrt": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "asin": (1, 1),
    "acos": (1, 1),
    "atan": (1, 1),
    "atan2": (2, 2),
    "pi": (0, 0),
    "random": (0, 0),
    # text
    "string": (1, 1),
    "concat": (0, MANY),
    "join": (1, MANY),
    "substr": (2, 3),
    "substring-before": (2, 2),
    "substring-after": (2, 2),
    "string-length": (0, 1),
    "contains": (2, 2),
    "starts-with": (2, 2),
    "ends-with": (2, 2),
    "translate": (3, 3),
    "normalize-space": (0, 1),
    "regex": (2, 2),
    "digest": (2, 3),
    "base64-decode": (1, 1),
    "uuid": (0, 1),
    # time
    "today": (0, 0),
    "now": (0, 0),
    "date": (1, 1),
    "date-time": (1, 1),
    "decimal-date-time": (1, 1),
    "decimal-time": (1, 1),
    "format-date": (2, 2),
    "format-date-time": (2, 2),
    # places
    "distance": (1, MANY),
    "area": (1, 1),
    "enclosed-area": (1, 1),
    "geofence": (2, 2),
}
"""Function name -> fewest and most arguments (ODK XForms specification and JavaRosa)."""

UNREPEATABLE = frozenset({"random", "uuid"})
"""Functions whose value cannot be recomputed; an SOP may not use them."""


def accepts(name: str, count: int) -> bool:
    """Whether function `name` takes `count` arguments."""
    fewest, most = SIGNATURES[name]
    if not fewest <= count <= most:
        return False
    if name == "indexed-repeat":
        return count % 2 == 1
    return name != "weighted-checklist" or count % 2 == 0
