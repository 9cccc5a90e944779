"""Reads a fault out of its JSON document, and names each field that is wrong.

{"route": "PATCH /webhooks/*/messages/@original", "nth": 1 | "every": 2 | "always": true,
 "from": "bot" | "person" | "any",
 "do": {"status", "code", "message", "body", "raw", "html", "via", "retry_after", "global", "delay",
        "drop"}}
"""

from typing import Any

from playground import errors, fields
from playground.errors import FormErrors, Path, Refusal, shown
from playground.faults.fault import Deed, Fault
from playground.route_pattern import RoutePattern

MOST_SECONDS = 3600.0
# What Cloudflare's page says if nothing else is said: it has not reached Discord.
BAD_GATEWAY = 502
WHEN = ("nth", "every", "always")
_ANSWER = ("code", "message", "body", "raw", "html", "via", "retry_after", "global")
_DEEDS = ("status", *_ANSWER, "delay", "drop")
# Of two refusals with one code the first is meant.
_KNOWN = {
    refusal.code: refusal
    for refusal in reversed(list(vars(errors).values()))
    if isinstance(refusal, Refusal) and refusal.code
}


def fault_of(document: Any, identifier: int) -> Fault:
    """The fault that a document describes; InvalidForm where it describes none."""
    form = FormErrors()
    given = form.object((), document)
    fields.only(form, (), given, ("route", *WHEN, "from", "do"))
    route = _route(form, given.get("route"))
    when = _when(form, given)
    source = given.get("from", "bot")
    form.choice(("from",), source, ("bot", "person", "any"))
    do = form.object(("do",), given.get("do"))
    if not do:
        form.required(("do",))
    deed = _deed(form, do)
    form.raise_if_any()
    assert route is not None
    return Fault(identifier, route, deed, do, source=source, **when)


def _route(form: FormErrors, text: Any) -> RoutePattern | None:
    try:
        return RoutePattern(text if isinstance(text, str) else "")
    except ValueError as fault:
        form.add(("route",), "ROUTE_INVALID", str(fault))
    return None


def _when(form: FormErrors, given: dict[str, Any]) -> dict[str, Any]:
    """Which of the matching requests are struck: the next one, if nothing is said."""
    chosen = [key for key in WHEN if given.get(key) is not None and given[key] is not False]
    for key in chosen[1:]:
        form.add((key,), "FIELDS_EXCLUSIVE", "Give only one of nth, every and always.")
    if not chosen:
        return {"nth": 1}
    key = chosen[0]
    if key == "always":
        form.choice((key,), given[key], ()) if given[key] is not True else None
    else:
        form.integer((key,), given[key], 1, 1_000_000)
    return {key: given[key]}


def _deed(form: FormErrors, do: dict[str, Any]) -> Deed:
    """What is to happen; what is wrong is noted."""
    fields.only(form, ("do",), do, _DEEDS)
    code, status, message = do.get("code"), do.get("status"), do.get("message")
    form.integer(("do", "code"), code, 0, 10_000_000)
    known = _KNOWN.get(code) if isinstance(code, int) else None
    if known is not None:
        status = known.status if status is None else status
        message = known.message if message is None else message
    if do.get("html") and status is None:
        status = BAD_GATEWAY
    form.integer(("do", "status"), status, 200, 599)
    form.text(("do", "message"), message, 0, 1000)
    delay, retry_after = do.get("delay"), do.get("retry_after")
    _seconds(form, ("do", "delay"), delay)
    _seconds(form, ("do", "retry_after"), retry_after)
    if retry_after == 0:
        message = "It takes some time: more than 0 seconds."
        form.add(("do", "retry_after"), "NUMBER_TYPE_RANGE", message)
    if do.get("drop") is not None:
        form.choice(("do", "drop"), do["drop"], ("before", "after"))
    if do.get("html") is not None and not isinstance(do["html"], str | bool):
        form.add(("do", "html"), "STRING_TYPE_CONVERT", "A page, or true for Cloudflare's usual.")
    if do.get("raw") is not None and not isinstance(do["raw"], str):
        form.add(("do", "raw"), "STRING_TYPE_CONVERT", "A text, which is sent as it is.")
    for key in ("global", "via"):
        if not isinstance(do.get(key, False), bool):
            form.add(("do", key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    _belongs_together(form, do, status)
    return Deed(
        status=status,
        code=code,
        message=message,
        body=do.get("body"),
        raw=do.get("raw"),
        html=do.get("html") or None,
        via=do.get("via", False),
        retry_after=retry_after,
        is_global=do.get("global", False),
        delay=delay,
        drop=do.get("drop"),
    )


def _belongs_together(form: FormErrors, do: dict[str, Any], status: Any) -> None:
    """Note fields that mean nothing without others, or beside them."""
    answers = [key for key in _ANSWER if do.get(key) is not None]
    if answers and status is None:
        form.add(("do", "status"), "BASE_TYPE_REQUIRED", f"{answers[0]} needs a status.")
    for key in ("retry_after", "global"):
        if do.get(key) and status != 429:
            form.add(("do", key), "FIELDS_EXCLUSIVE", f"Only a status of 429 has {key}.")
    if do.get("html"):
        for key in ("code", "message", "body", "raw", "global"):
            if do.get(key) is not None:
                form.add(("do", key), "FIELDS_EXCLUSIVE", f"A page of HTML has no {key}.")
    elif do.get("via"):
        form.add(("do", "via"), "FIELDS_EXCLUSIVE", "Only a page of HTML lacks it otherwise.")
    if do.get("raw") is not None:
        for key in ("code", "message", "body"):
            if do.get(key) is not None:
                form.add(("do", key), "FIELDS_EXCLUSIVE", f"What is raw has no {key}.")
    if do.get("drop") == "before" and status is not None:
        message = 'Where the connection is cut before, nothing is answered; "after" takes a status.'
        form.add(("do", "status"), "FIELDS_EXCLUSIVE", message)


def _seconds(form: FormErrors, path: Path, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        form.add(path, "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not a number.')
    elif not 0 <= value <= MOST_SECONDS:
        form.add(path, "NUMBER_TYPE_RANGE", f"Must be from 0 to {MOST_SECONDS:g} seconds.")
