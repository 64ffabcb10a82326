"""JSON Schema as handlers use it: what is refused at boot, and what is wrong with data, by pointer."""

from __future__ import annotations

import unittest
from typing import Any

from hagaki.handlers.schema import MAX_ISSUES, Schema, SchemaFaulty
from hagaki.handlers.texts import members_of, read_text, words_of

NOTE = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

# schema, what fits, what does not with the pointer of what is wrong
TABLE: list[tuple[Any, list[Any], list[tuple[Any, str]]]] = [
    ({"type": "string"}, ["", "a"], [(1, ""), (None, ""), (True, "")]),
    ({"type": "integer"}, [1, 1.0, -0.0], [(1.5, ""), (True, ""), ("1", ""), (float("inf"), "")]),
    ({"type": "number"}, [1, 1.5], [(False, ""), ("1", "")]),
    ({"type": ["null", "boolean"]}, [None, True], [(0, ""), ("", "")]),
    ({"enum": [1, "a", None]}, [1, 1.0, "a", None], [(True, ""), ("1", "")]),
    ({"const": {"a": [1]}}, [{"a": [1]}], [({"a": [True]}, ""), ({}, "")]),
    ({"minLength": 1, "maxLength": 2}, ["a", "\U0001f600\U0001f600", 5], [("", ""), ("abc", "")]),
    ({"pattern": "^[a-z]+$"}, ["abc"], [("A", "")]),
    ({"minimum": 1, "exclusiveMaximum": 3}, [1, 2.9, "x"], [(0, ""), (3, "")]),
    ({"multipleOf": 0.5}, [1, 1.5], [(1.2, "")]),
    ({"items": {"type": "number"}}, [[], [1]], [([1, "x"], "/1")]),
    ({"prefixItems": [{"type": "string"}], "items": False}, [["a"]], [([1], "/0"), (["a", 2], "/1")]),
    ({"minItems": 1, "maxItems": 2, "uniqueItems": True}, [[1], [1, True]], [([], ""), ([1, 1.0], "")]),
    (NOTE, [{"a": 1}, {"a": 1, "b": 2}], [({}, "/a"), ({"a": "x"}, "/a"), ([], "")]),
    ({**NOTE, "additionalProperties": False}, [{"a": 1}], [({"a": 1, "b/c~": 2}, "/b~1c~0")]),
    ({"additionalProperties": {"type": "string"}}, [{"x": "y"}], [({"x": 1}, "/x")]),
    ({"propertyNames": {"maxLength": 1}}, [{"x": 1}], [({"xx": 1}, "/xx")]),
    ({"minProperties": 1, "maxProperties": 1}, [{"a": 1}], [({}, ""), ({"a": 1, "b": 1}, "")]),
    ({"allOf": [NOTE, {"required": ["b"]}]}, [{"a": 1, "b": 1}], [({"a": 1}, "/b")]),
    ({"anyOf": [NOTE, {"type": "null"}]}, [None, {"a": 1}], [({"a": "x"}, "/a"), (5, "")]),
    ({"oneOf": [{"minimum": 5}, {"maximum": 9}]}, [1, 10], [(7, "")]),
    ({"not": {"type": "null"}}, [1], [(None, "")]),
    ({"$ref": "#/$defs/n", "$defs": {"n": NOTE}}, [{"a": 1}], [({}, "/a")]),
    ({"format": "email", "title": "T", "default": 1}, ["x", 1], []),
]

FAULTY: list[tuple[Any, str]] = [
    ({"patern": "a"}, "/patern is a keyword that is not known here"),
    ({"properties": {"a": {"tpye": "string"}}}, "/properties/a/tpye is a keyword"),
    ({"type": "text"}, "/type is not one of string"),
    ({"minLength": -1}, "/minLength is not a count"),
    ({"required": "a"}, "/required is not a list of names"),
    ({"anyOf": []}, "/anyOf is not a list of schemas"),
    ({"pattern": "("}, "/pattern is no pattern"),
    ({"$ref": "#/$defs/x"}, "leads nowhere"),
    ({"$ref": "https://example.com/a"}, "leaves its document"),
    ({"items": 5}, "/items is no schema"),
]


class SchemaTest(unittest.TestCase):
    def test_data_fit_or_are_told_where_they_do_not(self) -> None:
        for schema, fitting, faulty in TABLE:
            checked = Schema(schema)
            for value in fitting:
                with self.subTest(schema, value=value):
                    self.assertEqual(checked.issues(value), [])
            for value, pointer in faulty:
                with self.subTest(schema, value=value):
                    issues = checked.issues(value)
                    self.assertTrue(issues)
                    self.assertEqual(issues[0]["pointer"], pointer)

    def test_what_nobody_would_look_at_is_refused(self) -> None:
        for schema, reason in FAULTY:
            with self.subTest(schema), self.assertRaises(SchemaFaulty) as caught:
                Schema(schema)
            self.assertIn(reason, str(caught.exception))

    def test_issues_are_bounded_and_a_schema_that_leads_back_to_itself_ends(self) -> None:
        self.assertEqual(len(Schema({"items": {"type": "string"}}).issues([1] * 10_000)), MAX_ISSUES)
        endless = Schema({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}})
        self.assertEqual(endless.issues(1)[0]["message"], "is checked by a schema that has no end")
        tree = Schema({"properties": {"next": {"$ref": "#"}, "n": {"type": "number"}}})
        self.assertEqual(tree.issues({"next": {"next": {"n": "x"}}})[0]["pointer"], "/next/next/n")
        self.assertEqual(tree.issues({"n" * 100_000: 1, "next": {"n": "x"}})[0]["pointer"], "/next/n")

    def test_texts_stand_for_data_as_the_words_say(self) -> None:
        schema = Schema(
            {
                "type": "object",
                "properties": {
                    "s": {"type": "string"},
                    "n": {"type": ["integer", "null"]},
                    "b": {"type": "boolean"},
                    "l": {"type": "array", "items": {"type": "number"}},
                    "any": {},
                },
                "required": ["l"],
                "additionalProperties": False,
            }
        )
        members = members_of(schema)
        assert members is not None
        self.assertEqual(
            words_of(members),
            {
                "members": {"s": "string", "n": "number|null", "b": "boolean", "l": "[number]!", "any": ""},
                "closed": True,
            },
        )
        table = [("s", "1", "1"), ("n", "1", 1), ("n", "null", None), ("n", "01", "01"), ("n", "1e400", "1e400")]
        table += [("n", "9007199254740993", "9007199254740993"), ("b", "true", True), ("any", "1", "1")]
        for name, text, value in table:
            with self.subTest(name, text=text):
                read = read_text(text, members.named[name])
                self.assertEqual((type(read), read), (type(value), value))


if __name__ == "__main__":
    unittest.main()
